#!/usr/bin/env bash
# Runs what pack.sh packed, on a machine with CUDA and PyTorch: tests, the fixtures, benchmarks, PyTorch's own numbers.
#
#   bash run.sh RESULTS [STEP …]     steps: tests verify bench torch sanitize; without any the first four.
#                                    On several GPUs: ranks flashcomm torch-tp qwen3-tp processes racecheck-ranks, over TP of them (2 if unset)
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
results=$(mkdir -p "$1" && cd "$1" && pwd)
shift
steps=${*:-tests verify bench torch}
app=${APP:-/tmp/evergraph}
models=${MODELS:-/tmp/models}
fixtures=$here/../tests/fixtures
tp=${TP:-2}
tests=Evergraph.Runtime.Tests.Cuda
parts="Attention Compilation Device Lowering Native Planning Products Running"
tokens=64,1,2,7,256,1000,1001,2048,4096
export HOME=${HOME:-/tmp} DOTNET_gcServer=0
if [ ! -d "$app" ]; then
  mkdir -p "$app"
  for archive in tests cli; do
    [ ! -f "$here/$archive.tar.xz" ] || tar xJf "$here/$archive.tar.xz" -C "$app"
  done
fi

export_model() {
  [ -f "$models/qwen3.pt2" ] || { mkdir -p "$models" && python3 "$here/export_qwen3.py" "$models" > "$results/export.log" 2>&1 || tail -5 "$results/export.log"; }
}

for step in $steps; do
  echo "== $step"
  case $step in
    tests)
      # Side by side: most of their time is NVRTC's.
      for part in $parts; do
        EVERGRAPH_CUDA_SAMPLES=${SAMPLES:-6} "$app/Evergraph.Runtime.Tests" -namespace "$tests.$part*" > "$results/tests_$part.log" 2>&1 &
      done
      wait
      cat "$results"/tests_*.log > "$results/tests.log"; rm "$results"/tests_*.log
      # It ends CUDA for its process.
      EVERGRAPH_CUDA_LOSE_DEVICE=1 "$app/Evergraph.Runtime.Tests" -method "*AGpuThatWasLostIsLostForTheProcess" > "$results/lost.log" 2>&1
      grep -aE "\[FAIL\]|Total:" "$results/lost.log" "$results/tests.log" | cut -c1-300 | tail -${FAILS:-40} ;;
    verify)
      for model in "$fixtures"/*.pt2; do
        recorded=${model%.pt2}; recorded=${recorded%.core}.io.safetensors
        [ -f "$recorded" ] || continue
        echo "$(basename "$model"): $("$app/cli/evergraph" verify "$model" "$recorded" --backend cuda --ops "$app/cli/Evergraph.Samples.CustomOperators.dll" 2>&1 | grep -E "cases:|compilations:|evergraph:" | cut -c1-300 | tr '\n' ' ')"
      done
      export_model
      "$app/cli/evergraph" verify "$models/qwen3.pt2" "$models/qwen3.io.safetensors" --backend cuda --rtol 0.05 --atol 0.05 2>&1 | cut -c1-300
      for quantized in dynamic; do
        "$app/cli/evergraph" verify "$models/qwen3.pt2" "$models/qwen3.io.safetensors" --backend cuda --w8a8 $quantized --rtol 0.1 --atol 0.2 2>&1 | grep -E "case|evergraph:" | cut -c1-200
      done ;;
    bench)
      export_model
      for cache in cold cold warm; do
        [ $cache = warm ] || rm -rf /tmp/kernels
        XDG_CACHE_HOME=/tmp/kernels "$app/cli/evergraph" bench "$models/qwen3.pt2" --tokens "$tokens" --backend cuda --seconds 1 --steps --trace "$results/trace.json" > "$results/bench_$cache.txt" 2>&1
        echo "kernel cache $cache: $(grep "first call" "$results/bench_$cache.txt")"
      done
      for run in $(seq ${FIRST_CALLS:-10}); do
        echo "kernel cache warm: $(XDG_CACHE_HOME=/tmp/kernels "$app/cli/evergraph" bench "$models/qwen3.pt2" --tokens 64 --backend cuda --seconds 0.1 | grep "first call")"
      done
      cat "$results/bench_warm.txt" | sed -n 1,400p | grep -vE "^$" | head -${LINES_OF_BENCH:-60} ;;
    torch) python3 "$here/torch_qwen3.py" 2>&1 | tee "$results/torch.txt" ;;
    ranks)
      "$app/Evergraph.Runtime.Tests" -namespace "Evergraph.Runtime.Tests.Cuda.Communication" > "$results/ranks.log" 2>&1
      grep -aE -A3 "\[FAIL\]|Total:" "$results/ranks.log" | cut -c1-300 | tail -${FAILS:-40} ;;
    flashcomm)
      for type in ${TYPES:-bfloat16 w8a8}; do
        "$app/cli/evergraph" bench flashcomm --tp $tp --dtype $type --ways --plot "$results/flashcomm_${tp}_$type.svg" ${FLASHCOMM:-} > "$results/flashcomm_${tp}_$type.txt" 2> "$results/flashcomm_${tp}_$type.err"
        echo "$type over $tp:"; grep -v "tokens:" "$results/flashcomm_${tp}_$type.txt" | cut -c1-150; tail -2 "$results/flashcomm_${tp}_$type.err" | cut -c1-400
      done ;;
    torch-tp) torchrun --nproc-per-node $tp "$here/torch_async_tp.py" 2>&1 | tee "$results/torch_tp_$tp.txt" | grep -E "tokens|torch" ;;
    qwen3-tp)
      [ -f "$models/wide/qwen3.pt2" ] || { mkdir -p "$models/wide" && python3 "$here/export_qwen3.py" "$models/wide" 4 4096 > "$results/export_wide.log" 2>&1 || tail -5 "$results/export_wide.log"; }
      "$app/cli/evergraph" verify "$models/wide/qwen3.pt2" "$models/wide/qwen3.io.safetensors" --backend cuda --tp $tp --flashcomm 200 --rtol 0.05 --atol 0.06 2>&1 | cut -c1-200
      "$app/cli/evergraph" bench "$models/wide/qwen3.pt2" --backend cuda --tp $tp --flashcomm off auto 1000 --tokens 1,16,64,256,1000,1001,2048,4096,8192,16384 --seconds 1 2>&1 | tee "$results/qwen3_tp_$tp.txt" | cut -c1-200 ;;
    processes)
      for rank in $(seq 0 $((tp - 1))); do
        EVERGRAPH_RANK=$rank EVERGRAPH_RANKS=$tp EVERGRAPH_RENDEZVOUS=/tmp/evergraph-$$.sock EVERGRAPH_TIMEOUT_SECONDS=60 \
          "$app/cli/evergraph" bench flashcomm --tp $tp --rows 4096x4096 --tokens 1,512,2048,8192 --ways > "$results/process_$rank.txt" 2>&1 &
      done
      wait; cat "$results/process_0.txt" | cut -c1-200 ;;
    racecheck-ranks)
      for tool in memcheck racecheck; do
        timeout ${SANITIZE_SECONDS:-200} compute-sanitizer --report-api-errors no --tool $tool --error-exitcode 9 "$app/Evergraph.Runtime.Tests" \
          -class "*FlashCommOnDevicesTests" -class "*CollectivesOnDevicesTests" -class "*PackedSumsOnDevicesTests" > "$results/ranks_$tool.log" 2>&1
        echo "ranks $tool: exit $?"; grep -aE "ERROR SUMMARY|RACECHECK SUMMARY|Total:|=========     at|Error" "$results/ranks_$tool.log" | cut -c1-200 | tail -15
      done ;;
    sanitize)
      # In parts, side by side. What has no CUDA in it is no application to the tools.
      for tool in memcheck racecheck; do
        for part in $parts; do
          EVERGRAPH_CUDA_SAMPLES=1 EVERGRAPH_PRODUCT_SAMPLES=1 timeout ${SANITIZE_SECONDS:-240} compute-sanitizer --report-api-errors no --tool $tool --error-exitcode 9 \
            "$app/Evergraph.Runtime.Tests" -namespace "$tests.$part*" -class- "*CudaDeviceTests" > "$results/${tool}_$part.log" 2>&1 &
        done
      done
      wait
      for log in "$results"/memcheck_*.log "$results"/racecheck_*.log; do
        echo "$(basename "$log" .log): $(grep -aE "ERROR SUMMARY|RACECHECK SUMMARY|Total:" "$log" | tr '\n' ' ' | cut -c1-220)"
        grep -aE "\[FAIL\]|=========     at|Error: " "$log" | cut -c1-200 | head -6
      done ;;
  esac
done
