// Public, since a public enumeration becomes an argument here.
public import ArgumentParser
public import VideoIO

/// What to make of the frames.
struct FrameTransformOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Scale to this size.", valueName: "WxH"))
  var size: SizeArgument?

  @Option(
    help: ArgumentHelp(
      "What to do when frame and --size differ in proportion; stretch when left out.", valueName: "way"))
  var fit: FrameTransform.Fit?

  @Option(
    help: ArgumentHelp(
      "Keep only this part of the upright frame, counted from its upper left corner.",
      valueName: "WxH+X+Y"))
  var crop: CropArgument?

  @Flag(help: "Exchange left and right.")
  var mirror = false

  @Option(help: ArgumentHelp("How the size is changed.", valueName: "method"))
  var scaling = FrameTransform.Scaling.bilinear

  @Flag(help: "Keep brightness only.")
  var gray = false

  func validate() throws {
    if fit != nil && size == nil { throw ValidationError("The option --fit needs --size.") }
  }

  var transform: FrameTransform {
    FrameTransform(
      crop: crop?.rectangle, size: size?.size, fit: fit ?? .stretch, scaling: scaling, isMirrored: mirror,
      format: gray ? .gray : .rgb)
  }
}

extension FrameTransform.Fit: ExpressibleByArgument {}
extension FrameTransform.Scaling: ExpressibleByArgument {}

/// A size such as `224x224`.
struct SizeArgument: ExpressibleByArgument {
  let size: PixelSize

  init?(argument: String) {
    guard let size = PixelSize(argument: argument) else { return nil }
    self.size = size
  }
}

/// A part such as `200x100+20+10`.
struct CropArgument: ExpressibleByArgument {
  let rectangle: PixelRectangle

  init?(argument: String) {
    guard let rectangle = PixelRectangle(argument: argument) else { return nil }
    self.rectangle = rectangle
  }
}
