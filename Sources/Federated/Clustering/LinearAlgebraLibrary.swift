internal import CLAPACK
internal import Foundation

/// The library that solves eigenvalue problems and linear systems.
package enum LinearAlgebraLibrary {
  /// The one that the system links at run time, such as `OpenBLAS 0.3.21` or `LAPACK 3.11.0`.
  package static let version: String = {
    if let openBLAS { return openBLAS }
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    LAPACKE_ilaver(&major, &minor, &patch)
    return "LAPACK \(major).\(minor).\(patch)"
  }()

  /// It may stand in for LAPACK, and then chooses its kernels by the CPU.
  private static var openBLAS: String? {
    guard let everywhere = dlopen(nil, RTLD_NOW), let symbol = dlsym(everywhere, "openblas_get_config") else {
      return nil
    }
    typealias Config = @convention(c) () -> UnsafePointer<CChar>?
    guard let text = unsafeBitCast(symbol, to: Config.self)() else { return nil }
    return String(cString: text).split(separator: " ").prefix(2).joined(separator: " ")
  }
}
