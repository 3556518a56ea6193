#!/usr/bin/env bash
# What the models that we ship do: French for a few English sentences, labels for a clip, a sentence for another.
set -euo pipefail
cd "$(dirname "$0")/.."

english="Where is the station?
I would like a cup of coffee, please.
She did not know what to say.
We have been waiting for you since this morning.
Can you help me?"

french=$(.build/release/unroll translate <<<"$english")
paste -d '\n' <(sed 's/^/en  /' <<<"$english") <(sed 's/^/fr  /' <<<"$french")

# What a shape is doing in a generated clip, as subtitles.
echo
.build/release/unroll label datasets/shapes/demo.mp4 --format vtt | grep -v -e WEBVTT -e '^$' | paste -d ' ' - -

# A clip that is drawn on the spot, and what the model that writes sentences says of it.
clips=$(mktemp -d)
trap 'rm -rf "$clips"' EXIT
.build/release/unroll synthesize shapes --clips 3 --seed 7 --out "$clips/shapes" --quiet >/dev/null
echo
.build/release/unroll caption "$clips/shapes/clips/shapes-000002.mp4"
