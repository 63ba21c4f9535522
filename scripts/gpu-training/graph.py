"""Runs an ONNX graph of the project in PyTorch, so that its named weights can be trained where there is no Node.

The graph is the one that the project itself writes (`src/model/engines/onnx`): the network is written once, there.
"""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F

DTYPES = {"F32": np.float32, "F16": np.float16}


def read_safetensors(path):
    """Every tensor of a safetensors file by name, float32."""
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + start:8 + length + end], DTYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.astype(np.float32).reshape(entry["shape"]))
    return tensors


def write_safetensors(path, tensors, dtype="F16"):
    """Writes tensors by name, in half precision unless told otherwise."""
    header, parts, offset = {}, [], 0
    for name, tensor in tensors.items():
        part = tensor.detach().float().cpu().numpy().astype(DTYPES[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(part)]}
        parts.append(part)
        offset += len(part)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


class Graph:
    """An ONNX model as a function of its inputs and of named weights."""

    def __init__(self, path, device):
        import onnx
        from onnx import numpy_helper
        model = onnx.load(path, load_external_data=False)
        self.inputs = [value.name for value in model.graph.input]
        self.outputs = [value.name for value in model.graph.output]
        self.constants, self.weights = {}, {}
        for tensor in model.graph.initializer:
            if tensor.data_location == onnx.TensorProto.EXTERNAL:
                self.weights[tensor.name] = list(tensor.dims)
            else:
                self.constants[tensor.name] = torch.from_numpy(numpy_helper.to_array(tensor).copy())
        # Shapes, axes and pads are read on the host, whatever device computes.
        self.host = {name: value.tolist() for name, value in self.constants.items() if value.dtype == torch.int64 or name == "double_scales"}
        self.constants = {name: value.to(device) for name, value in self.constants.items()}
        self.nodes = [(node.op_type, list(node.input), node.output[0], {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute})
                      for node in model.graph.node]

    def needed(self, outputs):
        """The nodes that these outputs need, in order."""
        wanted, nodes = set(outputs), []
        for node in reversed(self.nodes):
            if node[2] in wanted:
                wanted.update(node[1])
                nodes.append(node)
        return nodes[::-1]

    def run(self, inputs, weights, outputs):
        """The named outputs, for inputs and weights by name."""
        values = {**self.constants, **weights, **inputs}
        for op, names, out, attributes in self.needed(outputs):
            values[out] = OPS[op](self, [values.get(name) for name in names], names, attributes)
        return {name: values[name] for name in outputs}


def slice_(graph, x, names, attributes):
    starts, ends, axes = (graph.host[name] for name in names[1:4])
    value = x[0]
    for start, end, axis in zip(starts, ends, axes):
        value = value.narrow(axis, start, min(end, value.shape[axis]) - start)
    return value


def grid_sample(graph, x, names, attributes):
    return F.grid_sample(x[0].float(), x[1].float(), mode="bilinear", padding_mode="border", align_corners=True)


OPS = {
    "Transpose": lambda g, x, n, a: x[0].permute(a["perm"]),
    "Conv": lambda g, x, n, a: F.conv2d(x[0], x[1], x[2] if len(x) > 2 else None, padding=a["pads"][0]),
    "Add": lambda g, x, n, a: x[0] + x[1],
    "Mul": lambda g, x, n, a: x[0] * x[1],
    "Div": lambda g, x, n, a: x[0] / x[1],
    "Abs": lambda g, x, n, a: x[0].abs(),
    "Sqrt": lambda g, x, n, a: x[0].sqrt(),
    "Relu": lambda g, x, n, a: F.relu(x[0]),
    "LeakyRelu": lambda g, x, n, a: F.leaky_relu(x[0], a["alpha"]),
    "Sigmoid": lambda g, x, n, a: torch.sigmoid(x[0]),
    "Tanh": lambda g, x, n, a: torch.tanh(x[0]),
    "InstanceNormalization": lambda g, x, n, a: F.instance_norm(x[0], weight=x[1].to(x[0].dtype), bias=x[2].to(x[0].dtype), eps=a["epsilon"]),
    "AveragePool": lambda g, x, n, a: F.avg_pool2d(x[0], 2, 2, ceil_mode=True, count_include_pad=False),
    "GlobalAveragePool": lambda g, x, n, a: x[0].mean((2, 3), keepdim=True),
    "Softmax": lambda g, x, n, a: F.softmax(x[0], a["axis"]),
    "ReduceSum": lambda g, x, n, a: x[0].sum(g.host[n[1]], keepdim=True),
    "ReduceMean": lambda g, x, n, a: x[0].mean(list(a["axes"]), keepdim=True),
    "Concat": lambda g, x, n, a: torch.cat(x, a["axis"]),
    "Resize": lambda g, x, n, a: F.interpolate(x[0], scale_factor=2, mode="nearest"),
    "Slice": slice_,
    "Reshape": lambda g, x, n, a: x[0].reshape([x[0].shape[0] if i == 0 and v == -1 else v for i, v in enumerate(g.host[n[1]])]),
    "GridSample": grid_sample,
    "Identity": lambda g, x, n, a: x[0],
}
