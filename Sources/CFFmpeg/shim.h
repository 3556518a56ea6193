#pragma once
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libavutil/parseutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// What Swift cannot see: macros, and what FFmpeg 5, 6 and 7 keep in different places.

static const int64_t unroll_no_timestamp = AV_NOPTS_VALUE;
static const int unroll_error_again = AVERROR(EAGAIN);
static const int unroll_error_end = AVERROR_EOF;
static const int unroll_error_exit = AVERROR_EXIT;
static const int unroll_error_invalid_data = AVERROR_INVALIDDATA;
static const int unroll_error_memory = AVERROR(ENOMEM);
static const int unroll_error_input_output = AVERROR(EIO);
static const int unroll_log_error = AV_LOG_ERROR;

/// The 3×3 display matrix that a stream carries, or NULL.
static inline const int32_t *unroll_stream_display_matrix(const AVStream *stream) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVPacketSideData *data = av_packet_side_data_get(
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
#else
  size_t size = 0;
  const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return data && size >= 9 * sizeof(int32_t) ? (const int32_t *)data : NULL;
#endif
}

/// The 3×3 display matrix that a frame carries, or NULL.
static inline const int32_t *unroll_frame_display_matrix(const AVFrame *frame) {
  const AVFrameSideData *data = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
  return data && data->size >= 9 * sizeof(int32_t) ? (const int32_t *)data->data : NULL;
}

/// How long a frame is shown, in ticks of its stream; 0 where nothing says so.
static inline int64_t unroll_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame->duration;
#else
  return frame->pkt_duration;
#endif
}

static inline int unroll_frame_is_key(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#else
  return frame->key_frame;
#endif
}

static inline int unroll_frame_is_interlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame->interlaced_frame;
#endif
}

/// Whether the decoder filled in something that the file did not hold.
static inline int unroll_frame_is_damaged(const AVFrame *frame) {
  return (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
}

/// The pixel format that an encoder is given: `wanted` if it takes that, else the first that it does take.
static inline enum AVPixelFormat unroll_encoder_pixel_format(const AVCodec *codec, enum AVPixelFormat wanted) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
  const enum AVPixelFormat *formats = NULL;
  if (avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, (const void **)&formats, NULL) < 0)
    return wanted;
#else
  const enum AVPixelFormat *formats = codec->pix_fmts;
#endif
  if (!formats) return wanted;
  for (const enum AVPixelFormat *format = formats; *format != AV_PIX_FMT_NONE; ++format)
    if (*format == wanted) return wanted;
  return formats[0];
}

/// The frame rate that a demuxer gives to a stream without times of its own; 0/1 where it cannot be told one.
static inline AVRational unroll_demuxer_rate(AVFormatContext *context) {
  AVRational rate = {0, 1};
  uint8_t *text = NULL;
  // As text: what asks for it as a number fails in FFmpeg 5.
  if (!context->iformat->priv_class || av_opt_get(context->priv_data, "framerate", 0, &text) < 0) return rate;
  if (av_parse_video_rate(&rate, (const char *)text) < 0) rate = (AVRational){0, 1};
  av_free(text);
  return rate;
}

typedef int (*unroll_write_function)(void *opaque, const uint8_t *bytes, int count);
typedef int64_t (*unroll_seek_function)(void *opaque, int64_t offset, int whence);

/// A context that hands what is written to `write`. FFmpeg 7 has the bytes constant, earlier ones leave them alone too.
static inline AVIOContext *unroll_avio_for_writing(
    uint8_t *buffer, int size, void *opaque, unroll_write_function write, unroll_seek_function seek) {
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  return avio_alloc_context(buffer, size, 1, opaque, NULL, write, seek);
#else
  return avio_alloc_context(buffer, size, 1, opaque, NULL, (int (*)(void *, uint8_t *, int))write, seek);
#endif
}
