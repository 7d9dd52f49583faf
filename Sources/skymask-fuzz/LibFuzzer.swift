#if LIBFUZZER
  /// What libFuzzer calls for each input; it brings the `main` and is guided by coverage.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    _ = ManifestTrial.outcome(of: Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }
#endif
