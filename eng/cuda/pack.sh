#!/usr/bin/env bash
# Packs the command and the runtime's tests for a Linux machine that has CUDA and PyTorch, but neither .NET nor a network.
#
#   eng/cuda/pack.sh [FOLDER]     (default: .gpu, which git ignores)
#
# Writes tests.tar.xz and cli.tar.xz, about 35 MB each: take what the steps need. There, in the same folder:  bash run.sh RESULTS   unpacks,
# tests, verifies and measures, beside PyTorch; see run.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-.gpu}
publish=$(mktemp -d)
trap 'rm -rf "$publish"' EXIT
mkdir -p "$folder"

publish_project() {
  dotnet publish "$1" -c Release -r linux-x64 --self-contained -p:InvariantGlobalization=true -p:DebugType=none \
    -p:RunAnalyzers=false -p:ErrorOnDuplicatePublishOutputFiles=false -v quiet -o "$2"
  # ONNX Runtime, code coverage, translations and what debuggers need are half of it, and not used there.
  (cd "$2" && rm -rf runtimes CodeCoverage macos alpine ubuntu libmscor* libclrgc* createdump cs de es fr it ja ko pl pt-BR ru tr zh-Hans zh-Hant)
}

# A folder each: the command is compiled ahead of time together with its framework, which nothing else can use then.
publish_project tests/Runtime.Tests/Runtime.Tests.csproj "$publish"
publish_project src/Cli/Cli.csproj "$publish/cli"
dotnet build samples/CustomOperators -c Release -v quiet -p:RunAnalyzers=false
cp samples/CustomOperators/bin/Release/net10.0/Evergraph.Samples.CustomOperators.dll "$publish/cli/"
tar c -C "$publish" --exclude ./cli . | xz -3 -T2 > "$folder/tests.tar.xz"
tar c -C "$publish" ./cli | xz -3 -T2 > "$folder/cli.tar.xz"
cp eng/cuda/run.sh eng/cuda/export_qwen3.py eng/cuda/torch_qwen3.py "$folder/"
ls -l "$folder"
