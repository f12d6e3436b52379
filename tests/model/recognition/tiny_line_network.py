"""A line network made by hand: a single convolution, so that a test knows its every answer.

Where all pixels of a place are ink, there is a character, elsewhere there is none. It is a 1 if its
ink is darker than `MIDDLE_INK`, else a 0, and its box has the usual size.
"""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from model.recognition.character_set import CHARACTERS
from model.recognition.line_network import BOX_VALUES, COLUMN_PIXELS, ROW_PIXELS, LineNetwork

LEAST_INK, MIDDLE_INK = 100, 160  # of 255
SHARPNESS = 0.1  # of the logits for each step of ink
NEVER = -100.0  # the logit of any other character

VALUES = 1 + len(CHARACTERS) + BOX_VALUES


def tiny_line_network() -> LineNetwork:
    """The network, as it would be read from a file."""
    weights = np.zeros((VALUES, ROW_PIXELS, COLUMN_PIXELS, 1), np.float32)
    biases = np.zeros(VALUES, np.float32)
    biases[1:-BOX_VALUES] = NEVER
    zero, one = 1, 2  # where their logits are
    mean = SHARPNESS / (ROW_PIXELS * COLUMN_PIXELS)
    weights[0] = weights[one] = mean
    biases[0] = -SHARPNESS * LEAST_INK
    biases[one] = -SHARPNESS * MIDDLE_INK
    biases[zero] = 0
    return LineNetwork(_file(weights, biases))


def _file(weights: NDArray[np.float32], biases: NDArray[np.float32]) -> bytes:
    """A .tflite file of one convolution, from ink to answer."""
    buffers = [schema.BufferT() for _ in range(3)]
    buffers[1].data = np.frombuffer(weights.tobytes(), np.uint8)
    buffers[2].data = np.frombuffer(biases.tobytes(), np.uint8)
    places = (1, 8 // ROW_PIXELS, 8 // COLUMN_PIXELS, VALUES)
    graph = schema.SubGraphT()
    graph.tensors = [
        _tensor((1, 8, 8, 1), 0),
        _tensor(weights.shape, 1),
        _tensor(biases.shape, 2),
        _tensor(places, 0),
    ]
    graph.operators = [_convolution()]
    graph.inputs, graph.outputs = [0], [3]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.CONV_2D
    model = schema.ModelT()
    model.version = 3
    model.operatorCodes = [code]
    model.subgraphs = [graph]
    model.buffers = buffers
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tensor(shape: tuple[int, ...], buffer: int) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.shape = list(shape)
    tensor.type = schema.TensorType.FLOAT32
    tensor.buffer = buffer
    return tensor


def _convolution() -> schema.OperatorT:
    """From tensor 0, by the weights 1 and the biases 2, to tensor 3; a step is one place."""
    options = schema.Conv2DOptionsT()
    options.padding = schema.Padding.VALID
    options.strideH, options.strideW = ROW_PIXELS, COLUMN_PIXELS
    operator = schema.OperatorT()
    operator.inputs, operator.outputs = [0, 1, 2], [3]
    operator.builtinOptionsType = schema.BuiltinOptions.Conv2DOptions
    operator.builtinOptions = options
    return operator
