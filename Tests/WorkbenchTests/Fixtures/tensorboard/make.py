"""Writes events.tfevents with TensorBoard's own protocol buffers and record writer: `python make.py`.

Made with tensorboard 2.21.0 and protobuf 7.36.2.
"""

import pathlib

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.summary.writer.record_writer import RecordWriter

scalars = {"train/loss": 2.5, "train/learning_rate": 1e-3, "train/tokens": 123456789.0, "valid/bleu": 0.0}
text = Summary.Value(
    tag="recipe",
    metadata=SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text")),
    tensor=TensorProto(dtype=DT_STRING, tensor_shape=TensorShapeProto(), string_val=["    größe: 1\n".encode() * 20]),
)
events = [
    Event(wall_time=1764130000.25, file_version="brain.Event:2"),
    Event(wall_time=1764130000.5, step=0, session_log=SessionLog(status=SessionLog.START)),
    Event(wall_time=1764130001.0, step=0, summary=Summary(value=[text])),
    Event(
        wall_time=1764130002.125,
        step=300,
        summary=Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in scalars.items()]),
    ),
    Event(wall_time=1764130003.0, step=5_000_000_000, summary=Summary(value=[Summary.Value(tag="a", simple_value=float("inf"))])),
]
with open(pathlib.Path(__file__).resolve().parent / "events.tfevents", "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString(deterministic=True))
