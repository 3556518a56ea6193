/// How the stored picture is turned to stand upright: its axes are exchanged, then columns and rows are reversed.
struct Orientation: Hashable, Sendable {
  var isTransposed = false
  var reversesColumns = false
  var reversesRows = false

  static let upright = Orientation()

  init() {}

  /// Reads a display matrix of FFmpeg (`[a b u; c d v; x y w]`, as in the track header of ISO/IEC 14496-12).
  ///
  /// Videos are turned by quarters; a matrix that turns by anything else is taken for the nearest quarter.
  init(displayMatrix matrix: UnsafePointer<Int32>) {
    let (a, b, c, d) = (matrix[0], matrix[1], matrix[3], matrix[4])
    isTransposed = b.magnitude > a.magnitude
    reversesColumns = isTransposed ? c < 0 : a < 0
    reversesRows = isTransposed ? b < 0 : d < 0
  }

  /// The size of an upright picture whose stored form has the size `stored`.
  func upright(_ stored: PixelSize) -> PixelSize {
    isTransposed ? PixelSize(stored.height, stored.width) : stored
  }

  /// By how many degrees the picture is turned clockwise for display, after it is mirrored if it is.
  var degrees: Int {
    switch (isTransposed, reversesColumns, reversesRows) {
    case (false, _, true): 180
    case (false, _, false): 0
    case (true, true, _): 90
    case (true, false, _): 270
    }
  }

  /// Whether left and right are exchanged besides.
  var isMirrored: Bool { (isTransposed != reversesColumns) != reversesRows }
}
