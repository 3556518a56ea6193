import Diagnostics
package import VideoIO

/// What becomes of a video's frames before a network sees them: `frames` of a recipe and of a model. Sizes are in pixels.
package struct FrameSection: Sendable, Equatable {
  /// What a pixel consists of.
  package enum Color: String, CaseIterable, Sendable {
    /// Red, green and blue.
    case rgb
    /// Brightness.
    case gray
  }

  /// How bytes become numbers.
  package enum Normalization: String, CaseIterable, Sendable {
    /// From 0 to 1.
    case unit
    /// From -1 to 1.
    case signed
    /// By the mean and deviation of ImageNet's colours, which torchvision's networks expect.
    case imagenet
  }

  /// The part of the upright frame to look at; nil for all of it. Default none.
  package var crop: PixelRectangle?
  /// The size to scale to; nil for that of the frame or of `crop`. Default none.
  package var size: PixelSize?
  /// What happens when the proportions differ. Default `stretch`.
  package var fit = FrameTransform.Fit.stretch
  /// The part of the scaled frame that the network sees: anywhere in training, the same place for all frames of a clip; the
  /// middle otherwise. nil for all of it. Default none.
  package var window: PixelSize?
  /// What a pixel consists of. Default `rgb`.
  package var color = Color.rgb
  /// Whether the network also sees how each frame differs from the one before and from the one after, as channels. Default
  /// false.
  package var differences = false
  /// How bytes become numbers. Default `unit`.
  package var normalization = Normalization.unit
  /// Every so manieth frame is looked at; the frames between get its label. Default 1.
  package var every = 1

  /// The defaults.
  package init() {}
}

extension FrameSection: KeyedSection {
  package static let blank = FrameSection()
  package static let keys: [SectionKey<FrameSection>] = [
    SectionKey("crop", \.crop, .optional(.rectangle)),
    SectionKey("size", \.size, .optional(.size)),
    SectionKey("fit", \.fit, .choice),
    SectionKey("window", \.window, .optional(.size)),
    SectionKey("color", \.color, .choice),
    SectionKey("differences", \.differences, .flag),
    SectionKey("normalization", \.normalization, .choice),
    SectionKey("every", \.every, .integer(.through(1, 10_000))),
  ]

  package func check(_ field: Field) throws {
    if let window, let whole = size ?? crop?.size, window.width > whole.width || window.height > whole.height {
      throw field.nearest("window").error(
        "\(window) is larger than the frame, which is \(whole)", advice: "give a smaller window or a larger size")
    }
    if window == nil, size == nil, crop == nil {
      throw field.nearest("size").error(
        "the network must know how large frames are", advice: "give size, crop or window")
    }
    if color == .gray, normalization == .imagenet {
      throw field.nearest("normalization").error(
        "imagenet has colours, and color is gray", advice: "set color to rgb, or another normalization")
    }
  }
}

extension FrameSection {
  /// How frames are read.
  package var transform: FrameTransform {
    FrameTransform(crop: crop, size: size, fit: fit, scaling: .bilinear, format: color == .gray ? .gray : .rgb)
  }

  /// The size that the network sees.
  package var seen: PixelSize { window ?? size ?? crop?.size ?? PixelSize(1, 1) }

  /// The channels that the network sees.
  package var channels: Int { pictureChannels * (differences ? 3 : 1) }

  /// The channels of a picture.
  package var pictureChannels: Int { color == .gray ? 1 : 3 }
}

extension Codec where Value == PixelSize {
  /// A size such as `224x224`.
  package static var size: Codec {
    let text = Codec<String>.text("a size")
    return Codec(
      read: { field in
        let written = try text.read(field)
        guard let size = PixelSize(argument: written) else {
          if PixelSize.isTooLarge(argument: written) { throw field.tooLarge }
          throw field.error("\(field.node.summary) is no size", advice: "write it as 224x224, width first")
        }
        return size
      },
      write: { text.write($0.description) })
  }
}

extension Codec where Value == PixelRectangle {
  /// A part of a picture such as `200x100+20+10`.
  package static var rectangle: Codec {
    let text = Codec<String>.text("a part of a picture")
    return Codec(
      read: { field in
        let written = try text.read(field)
        guard let part = PixelRectangle(argument: written) else {
          if PixelSize.isTooLarge(argument: written.prefix { $0 != "+" }) { throw field.tooLarge }
          throw field.error(
            "\(field.node.summary) is no part of a picture",
            advice: "write it as 200x100+20+10: size, then left and top")
        }
        return part
      },
      write: { text.write($0.description) })
  }
}

extension Field {
  fileprivate var tooLarge: UnrollError {
    error("\(node.summary) is too large", advice: "give at most \(PixelSize.longestSide) pixels in width and height")
  }
}
