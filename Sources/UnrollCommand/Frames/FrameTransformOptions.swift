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
  /// The longest side: as much as the largest videos have.
  private static let sides = 1...16384

  let size: PixelSize

  init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1], Self.sides.contains(width),
      Self.sides.contains(height)
    else { return nil }
    size = PixelSize(width, height)
  }
}

/// A part such as `200x100+20+10`.
struct CropArgument: ExpressibleByArgument {
  let rectangle: PixelRectangle

  init?(argument: String) {
    let parts = argument.split(separator: "+", omittingEmptySubsequences: false)
    guard parts.count == 3, let size = SizeArgument(argument: String(parts[0]))?.size, let x = Int(parts[1]),
      let y = Int(parts[2]), x >= 0, y >= 0
    else { return nil }
    rectangle = PixelRectangle(x: x, y: y, width: size.width, height: size.height)
  }
}
