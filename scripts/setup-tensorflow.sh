#!/usr/bin/env bash
# Sets up native TensorFlow for `reenact train --backend tensorflow`: TensorFlow's own libraries from pip's wheel,
# tfjs-node's binding compiled against them, both under .tensorflow/ (or the folder given). About a minute and 1.3 GB.
#
#   scripts/setup-tensorflow.sh [FOLDER]                  the CPU build (tensorflow-cpu)
#   TENSORFLOW=tensorflow[and-cuda] scripts/setup-tensorflow.sh   the CUDA 12 build
#
# Needs: npm, python3 with pip, g++ (C++17), unzip, and Node's headers (node-gyp's cache, or /usr/include/node).
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(realpath -m "${1:-.tensorflow}")
wheel=${TENSORFLOW:-tensorflow-cpu}
version=4.22.0

for tool in npm python3 g++; do
  command -v "$tool" >/dev/null || { echo "setup-tensorflow: expected '$tool' on the PATH; install it and run this again" >&2; exit 1; }
done

mkdir -p "$target"
if [ ! -f "$target/wheel/tensorflow/libtensorflow_cc.so.2" ]; then
  echo "1/3 TensorFlow's libraries ($wheel, from pip)"
  python3 -m pip install --quiet --no-deps --no-compile --target "$target/wheel" "$wheel"
fi

echo "2/3 @tensorflow/tfjs-node $version (its own download of libtensorflow left out)"
# tfjs itself is taken from the project, so that there is one tensor registry: only the binding's package stays here.
printf '{"private":true}' >"$target/package.json"
(cd "$target" && npm install --silent --ignore-scripts --no-save --no-package-lock "@tensorflow/tfjs-node@$version")
find "$target/node_modules/@tensorflow" -mindepth 1 -maxdepth 1 ! -name tfjs-node -exec rm -rf {} +
package="$target/node_modules/@tensorflow/tfjs-node"
libraries="$target/wheel/tensorflow"
framework=$(ls "$libraries"/libtensorflow_framework.so* | head -n 1)
mkdir -p "$package/deps/lib" "$package/lib/napi-v8"
for name in libtensorflow.so libtensorflow.so.2; do ln -sf "$libraries/libtensorflow_cc.so.2" "$package/deps/lib/$name"; done
for name in libtensorflow_framework.so libtensorflow_framework.so.2; do ln -sf "$framework" "$package/deps/lib/$name"; done
ln -sfn "$libraries/include" "$package/deps/include"

echo "3/3 the binding (g++)"
headers=$(node -p 'require("node:path").join(process.execPath, "../../include/node")')
for place in "$headers" /usr/include/node /usr/include/nodejs/src; do [ -f "$place/node_api.h" ] && headers=$place && break; done
[ -f "$headers/node_api.h" ] || { echo "setup-tensorflow: Node's headers (node_api.h) were not found; install libnode-dev or run 'npx node-gyp install'" >&2; exit 1; }
g++ -std=c++17 -O2 -shared -fPIC -DNAPI_VERSION=8 -I"$headers" -I"$package/deps/include" -I"$package" \
  "$package"/binding/*.cc -o "$package/lib/napi-v8/tfjs_binding.node" \
  -L"$package/deps/lib" -l:libtensorflow.so.2 -l:libtensorflow_framework.so.2 \
  -Wl,-rpath,"$libraries" -Wl,-rpath,"$package/deps/lib"
node --input-type=module -e '
import { createRequire } from "node:module";
const tf = createRequire(process.argv[1] + "/")("@tensorflow/tfjs-node");
if (tf.getBackend() !== "tensorflow") throw new Error(`Expected the backend "tensorflow" but got "${tf.getBackend()}"`);
console.log(`ready: TensorFlow ${tf.backend().binding.TF_Version}`);
' "$target"
