// Frames of videos are of use alone: whoever imports Unroll has the whole reader.
@_exported public import VideoIO
