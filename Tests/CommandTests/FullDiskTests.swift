import Testing

/// A real file system that is full; the store's own tests fill simulated ones at every call.
struct FullDiskTests {
  private static let asRoot = "unshare --mount"
  private static let asUser = "unshare --user --map-root-user --mount"

  /// Not every machine lets a program mount something that ends with it.
  private static func canMount() async throws -> Bool {
    try await TestFolder().shell("\(asRoot) true || \(asUser) true").code == 0
  }

  @Test(.enabled("needs to mount a tmpfs, as root or in a user namespace") { try await canMount() })
  func inTheMiddleOfASweepIsToldAndTheSameCommandGoesOn() async throws {
    let place = try TestFolder()
    try place.write(Manifests.many(3), to: "tiny.yaml")
    _ = try await place.skymask("run", "tiny.yaml")
    // A file system of its own in a namespace of its own, which ends with the script.
    let ended = try await place.shell(
      """
      mkdir small
      space='\(FullDiskTests.asRoot)'
      $space true 2>/dev/null || space='\(FullDiskTests.asUser)'
      exec $space sh -c '
        mount -t tmpfs -o size=160k tmpfs small || exit 98
        "$SKYMASK" run tiny.yaml --jobs 1 --results small
        echo "first $?"
        echo "finished $(find small -name result.json | wc -l)"
        mount -o remount,size=4m small || exit 98
        "$SKYMASK" run tiny.yaml --results small
        echo "second $?"
        cmp small/tiny/rounds.csv results/tiny/rounds.csv && echo same rounds
        cmp small/tiny/summary.csv results/tiny/summary.csv && echo same summary'
      """)
    #expect(ended.code == 0, "\(ended.err)")
    #expect(ended.out.contains("first 74\n"))
    #expect(ended.err.contains("the disk is full; free some space, then run the same command again"))
    let finished = try #require(ended.out.firstMatch(of: /finished ([0-9]+)\n/).flatMap { Int($0.1) })
    #expect((1...11).contains(finished))
    #expect(ended.out.hasSuffix("second 0\nsame rounds\nsame summary\n"))
  }
}
