/// A counted stream of Philox4x32-10 numbers: a pure function of (seed, stream, round, client, block).
///
/// Nothing is shared: two sources of equal arguments give equal numbers, whatever ran before.
package struct RandomSource: Sendable {
  package enum Stream: UInt32, Sendable {
    case partition = 1
    case rootSet, initialParameters, shuffle, participants, attack, rule, clustering, dataset
  }
}
