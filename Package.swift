// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

// The hot loops are C and optimised in every configuration, so that a debug build still trains.
// No multiply and add is fused but where the code says so: the same bytes on every CPU hang on it.
let hotC: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"])]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "skymask",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "skymask", targets: ["skymask"]),
    .executable(name: "skymask-bench", targets: ["skymask-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CKernels", cSettings: hotC, linkerSettings: [.linkedLibrary("m")]),
    .target(name: "CSystemCalls", cSettings: hotC),

    .plugin(name: "RecordCommit", capability: .buildTool()),
    .target(name: "BuildCommit", swiftSettings: strict, plugins: ["RecordCommit"]),
    .target(name: "Catalogue", swiftSettings: strict),
    .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: strict),
    .target(name: "NeuralNet", dependencies: ["CKernels", "Catalogue"], swiftSettings: strict),
    .target(
      name: "Federated", dependencies: ["NeuralNet", "CZlib", "CKernels", "Catalogue", crypto],
      swiftSettings: strict),
    .target(
      name: "Experiments", dependencies: ["YAML", "Federated", "Catalogue", "CSystemCalls", crypto, system],
      swiftSettings: strict),
    .target(name: "Scheduling", dependencies: ["CSystemCalls", subprocess, system], swiftSettings: strict),
    .target(name: "Downloads", dependencies: [crypto, subprocess, system], swiftSettings: strict),
    .target(name: "Reporting", dependencies: ["Experiments", "Catalogue", mustache], swiftSettings: strict),
    .executableTarget(
      name: "skymask",
      dependencies: [
        "Experiments", "Scheduling", "Reporting", "Downloads", "Federated", "NeuralNet", "YAML", "Catalogue",
        "BuildCommit",
        argumentParser, signals, subprocess, system,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "skymask-bench", dependencies: ["Federated", "NeuralNet", "CKernels", "Catalogue", argumentParser],
      swiftSettings: strict
    ),

    .executableTarget(
      name: "skymask-fuzz", dependencies: ["Experiments", "Federated", "YAML", "CSystemCalls", argumentParser],
      swiftSettings: strict),
    .executableTarget(
      name: "skymask-torture",
      dependencies: ["Experiments", "Federated", "CSystemCalls", argumentParser, subprocess, system],
      swiftSettings: strict),

    .target(name: "CAllocations", path: "Tests/CAllocations", cSettings: hotC),
    .target(
      name: "KernelDigests", dependencies: ["CKernels"], path: "Tests/KernelDigests", exclude: ["program"],
      cSettings: hotC),
    .target(name: "CFaults", path: "Tests/CFaults", cSettings: hotC),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "CatalogueTests", dependencies: ["Catalogue"], swiftSettings: strict),
    .testTarget(name: "YAMLTests", dependencies: ["YAML", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "NeuralNetTests", dependencies: ["NeuralNet", "Catalogue", "CAllocations", "KernelDigests", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "FederatedTests", dependencies: ["Federated", "NeuralNet", "CKernels", "Catalogue", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: ["Experiments", "Federated", "YAML", "Catalogue", "CFaults", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "SchedulingTests", dependencies: ["Scheduling", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "DownloadsTests", dependencies: ["Downloads", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ReportingTests", dependencies: ["Reporting", "Experiments", "Catalogue", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: ["skymask", "Experiments", "Federated", "NeuralNet", "TestSupport", crypto, subprocess, system],
      swiftSettings: strict),
  ],
  cLanguageStandard: .c11
)
