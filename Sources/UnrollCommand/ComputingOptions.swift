import ArgumentParser

/// What every verb that computes with tensors understands.
struct ComputingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads to compute with. (default: one a core)", valueName: "number"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("The value '\(threads)' is invalid for '--threads': choose a number from 1 to 1024.")
    }
  }
}
