import TestSupport
import Testing
import Workbench

/// `unroll-bench train --profile`.
struct TrainProfileTests {
  @Test("the rows of the table add up to its last one")
  func addsUp() throws {
    let outcome = try runShell("unroll-bench train --steps 2 --threads 1 --profile --json")
    expectSuccess(outcome)
    let rows = try outcome.lines.map { try JSONReader.read(Array($0.utf8)) }.filter { $0["operation"] != nil }
    let all = try #require(rows.last)
    #expect(all["operation"] == .string("all") && number(all, "share") == 1)
    let parts = rows.dropLast()
    func sum(_ value: (JSONValue) -> Double) -> Double { parts.reduce(0) { $0 + value($1) } }
    let names = parts.map { row in if case .string(let name)? = row["operation"] { name } else { "?" } }
    #expect(Set(names).count == parts.count)
    #expect(names.contains { $0.hasPrefix("recurrentLayer") } && names.contains { $0.hasPrefix("linearCrossEntropy") })
    expectClose(sum { number($0, "share") }, 1, tolerance: 1e-4 * Double(rows.count))
    expectClose(sum { number($0, "ms_per_step") }, number(all, "ms_per_step"), tolerance: 1e-3)
    // Floating-point operations a step, from the time of the products alone and from the time of all.
    let products = sum { number($0, "product_ms_per_step") * number($0, "product_gflops") }
    expectClose(products, number(all, "ms_per_step") * number(all, "whole_gflops"), tolerance: 0.01)
    #expect(parts.contains { number($0, "gb_per_s") > 0 && number($0, "product_ms_per_step") == 0 })
    let limits = ["whole", "product"].map {
      number(all, "\($0)_gflops") / number(all, "\($0)_share_of_limit")
    }
    expectClose(limits[0], limits[1], tolerance: 0.01)
  }

  private func number(_ row: JSONValue, _ key: String) -> Double {
    switch row[key] {
    case .number(let value)?: value
    case .integer(let value)?: Double(value)
    default: .nan
    }
  }
}
