#!/bin/sh
# Builds the emulator's three libraries: build.sh [FOLDER], by default artifacts/ beside this script. Needs g++ only,
# then and when kernels are compiled. EVERGRAPH_CUDA_PATH=FOLDER makes Evergraph run on it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/artifacts}
cxx=${EVERGRAPH_EMULATOR_CXX:-g++}
mkdir -p "$out/device"
out=$(cd "$out" && pwd)
flags="-std=c++17 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror -pthread"
# Built beside and renamed, so that a process that has the old one mapped keeps it.
build() {
    name=$1; shift
    "$cxx" $flags -Wl,-soname,"$name" -o "$out/$name.new" "$@"
    mv -f "$out/$name.new" "$out/$name"
}
cp "$here/abi.h" "$here"/device/*.h "$out/device/"
build libcuda.so.1 "$here"/driver/*.cpp -ldl
build libnvrtc.so.13 "$here"/nvrtc/*.cpp -ldl
build libcublasLt.so.13 "$here"/cublaslt/*.cpp -L"$out" -l:libcuda.so.1 -Wl,-rpath,'$ORIGIN'
echo "$out"
