#!/usr/bin/env bash
# French for a few English sentences, from the model that we ship.
set -euo pipefail
cd "$(dirname "$0")/.."

english="Where is the station?
I would like a cup of coffee, please.
She did not know what to say.
We have been waiting for you since this morning.
Can you help me?"

french=$(.build/release/unroll translate <<<"$english")
paste -d '\n' <(sed 's/^/en  /' <<<"$english") <(sed 's/^/fr  /' <<<"$french")
