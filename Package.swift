// swift-tools-version: 6.1
import PackageDescription

/// Kept strict for every Swift target: C types cannot leak through an import that is internal by default.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
  name: "unroll",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Unroll", targets: ["Unroll"]),
    .executable(name: "unroll", targets: ["UnrollCommand"]),
    .executable(name: "unroll-bench", targets: ["UnrollBench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // C and C++ behind a C header.
    .target(name: "COneDNN", dependencies: ["DNNLLibrary"], linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CKernels"),
    .target(
      name: "CSentencePiece", dependencies: ["SentencePieceLibrary"],
      linkerSettings: [.linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train")]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // These two only say which Debian package has the library; the C targets above include its headers and link it.
    .systemLibrary(name: "DNNLLibrary", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(
      name: "SentencePieceLibrary", pkgConfig: "sentencepiece", providers: [.apt(["libsentencepiece-dev"])]),
    .systemLibrary(name: "CDigest", providers: [.apt(["nettle-dev"])]),
    .systemLibrary(
      name: "CFFmpeg", pkgConfig: "libavformat libavcodec libavutil libswscale",
      providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]),
    .target(name: "CPixels"),

    // The library, lowest layer first.
    .target(name: "Diagnostics", swiftSettings: strict),
    .target(name: "TensorCore", dependencies: ["COneDNN", "CKernels", "Diagnostics"], swiftSettings: strict),
    .target(name: "SequenceModels", dependencies: ["TensorCore"], swiftSettings: strict),
    .target(name: "TextIO", dependencies: ["CSentencePiece", "CZlib", "Diagnostics"], swiftSettings: strict),
    .target(name: "VideoIO", dependencies: ["CFFmpeg", "CPixels", "Diagnostics"], swiftSettings: strict),
    .target(
      name: "Workbench",
      dependencies: ["SequenceModels", "TensorCore", "TextIO", "VideoIO", "Diagnostics", "CDigest", yams],
      swiftSettings: strict),
    .target(
      name: "Unroll",
      dependencies: ["Workbench", "SequenceModels", "TensorCore", "TextIO", "VideoIO", "Diagnostics"],
      swiftSettings: strict),

    // Programs.
    .executableTarget(
      name: "UnrollCommand",
      dependencies: ["Unroll", "Workbench", "TextIO", "VideoIO", "TensorCore", "Diagnostics", argumentParser],
      swiftSettings: strict),
    .executableTarget(
      name: "UnrollBench",
      dependencies: [
        "Unroll", "Workbench", "SequenceModels", "TextIO", "VideoIO", "TensorCore", "Diagnostics", argumentParser,
      ],
      swiftSettings: strict),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["Workbench", "SequenceModels", "TextIO", "TensorCore", "Diagnostics"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "TensorCoreTests", dependencies: ["TensorCore", "CKernels", "Diagnostics", "TestSupport"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "SequenceModelsTests",
      dependencies: ["SequenceModels", "TensorCore", "Workbench", "Diagnostics", "TestSupport"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "TextIOTests", dependencies: ["TextIO", "TensorCore", "Diagnostics", "TestSupport"],
      resources: [.copy("Fixtures")],
      swiftSettings: strict),
    .testTarget(
      name: "VideoIOTests", dependencies: ["VideoIO", "CPixels", "Workbench", "Diagnostics", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Workbench", "SequenceModels", "TextIO", "VideoIO", "TensorCore", "Diagnostics", "TestSupport",
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "UnrollTests",
      dependencies: ["Unroll", "Workbench", "SequenceModels", "TensorCore", "TextIO", "VideoIO", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: ["UnrollCommand", "Workbench", "TextIO", "VideoIO", "TensorCore", "Diagnostics", "TestSupport"],
      resources: [.copy("Snapshots")], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
