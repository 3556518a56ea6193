#!/usr/bin/env bash
# French for a few English sentences, from the model that we ship.
set -euo pipefail
cd "$(dirname "$0")/.."

sentences="Where is the station?
I would like a cup of coffee, please.
She did not know what to say.
We have been waiting for you since this morning.
Can you help me?"

paste -d '\n' <(sed 's/^/en  /' <<<"$sentences") <(.build/release/unroll translate <<<"$sentences" | sed 's/^/fr  /')
