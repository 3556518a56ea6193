#!/usr/bin/env bash
# Trains the segmentation-scores recipe on all folds of a data set but one, for each in turn, and scores the labels of all
# folds together. What training prints goes to runs/cross-validation/DATASET/log.
# Usage: cross-validate.sh FOLDER DATASET [unroll train options]     DATASET: 50salads_eval, 50salads_mid, gtea
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: cross-validate.sh FOLDER DATASET [unroll train options]" >&2; exit 64; }
root=$(cd "$(dirname "$0")/.." && pwd)
unroll=${UNROLL:-$root/.build/release/unroll}
source=$1 dataset=$2
shift 2
runs=runs/cross-validation/$dataset
rm -rf "$runs"
mkdir -p "$runs/all"
folds=$(grep -l . "$source/${dataset}"_fold*_v00.csv | sed 's/.*_fold\([0-9]*\)_.*/\1/' | sort -n)
for fold in $folds; do
  "$unroll" train "$root/recipes/label/segmentation-scores.yaml" --source "$source" --run "$runs/fold-$fold" \
    --set data.dataset="$dataset" --set data.fold="$fold" "$@" >>"$runs/log" 2>&1
  cp "$runs/fold-$fold"/test/*.txt "$runs/all"
done
"$unroll" evaluate frames "$runs/all" "$source"
