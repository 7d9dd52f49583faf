internal import CKernels

/// Functions of one number that give the same bits on every machine, unlike those of a C library.
package enum Functions {
  /// e^x, off by less than one unit in the last place.
  package static func exp(_ x: Double) -> Double { skm_exp(x) }

  /// The natural logarithm, off by less than one unit in the last place; −∞ for 0, NaN below.
  package static func log(_ x: Double) -> Double { skm_log(x) }

  /// cos(2π · turns), off by less than one unit in the last place; exact where `turns` is a multiple of 1/4.
  package static func cosineOfTurns(_ turns: Double) -> Double { skm_cosine_of_turns(turns) }

  /// The unit vector at so many turns from the first axis towards the second.
  package static func direction(turns: Double) -> SIMD2<Double> {
    SIMD2(cosineOfTurns(turns), cosineOfTurns(turns - 0.25))
  }

  /// The arc tangent, off by less than one unit in the last place.
  package static func arctangent(_ x: Double) -> Double { skm_arctangent(x) }
}
