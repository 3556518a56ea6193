public import ArgumentParser
public import Unroll

extension ComputeType: ExpressibleByArgument {}
