#!/usr/bin/env bash
# What the models that we ship do: French for a few English sentences, labels for a clip.
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
