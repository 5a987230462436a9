// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with: Swift 6, no warnings, and the language's coming defaults.
let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// For the targets that wrap no C library: unsafe memory is a compile error there.
let strict = common + [.strictMemorySafety()]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1"].map {
    .product(name: $0, package: "swift-nio")
}
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The manifests that `syncctl install` carries; `Install/Manifests` is a link to `manifests/`.
let manifests = [
    "crds/application", "crds/appproject", "base/namespace", "base/service-account", "base/role",
    "base/role-binding", "base/deployment", "base/service", "base/network-policy",
    "webhook/webhook-service", "webhook/webhook-network-policy",
    "overlays/cluster-wide/cluster-role", "overlays/cluster-wide/cluster-role-binding",
    "destination/destination-role", "destination/destination-role-binding", "project/default-project",
].map { "Install/Manifests/\($0).yaml" }

/// What lies beside them and is not for the program.
let manifestsForKubectl = [
    "README.md", "examples", "crds/kustomization.yaml", "base/kustomization.yaml",
    "overlays/cluster-wide/kustomization.yaml", "overlays/namespaced", "overlays/webhook",
    "destination/kustomization.yaml", "webhook/kustomization.yaml",
].map { "Install/Manifests/\($0)" }

/// A test target, with every module that its sources import.
func test(_ name: String, _ modules: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: modules, resources: resources, swiftSettings: common)
}

let package = Package(
    name: "syncctl",
    products: [.executable(name: "syncctl", targets: ["syncctl"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // Tier 1: the system's libraries; JSON, objects and API requests as values.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .target(name: "KubeCore", swiftSettings: strict),
        // Tier 2: text to values, the decisions, an API server in process.
        .target(name: "KubeYAML", dependencies: ["CYAML", "KubeCore"], swiftSettings: common),
        .target(name: "SyncEngine", dependencies: ["KubeCore"], swiftSettings: strict),
        .target(name: "KubeServer", dependencies: ["KubeCore"], swiftSettings: strict),
        // Tier 3: the API server over the wire, the sources of manifests, where an embedded server keeps its objects.
        .target(
            name: "KubeClient", dependencies: ["CCurl", "KubeCore", "KubeYAML", logging, subprocess, system],
            swiftSettings: common),
        .target(
            name: "SyncSources", dependencies: ["KubeCore", "KubeYAML", "SyncEngine", subprocess, system],
            swiftSettings: strict),
        .target(
            name: "KubeNode", dependencies: ["KubeCore", subprocess, system], swiftSettings: strict),
        .target(
            name: "KubeArchive", dependencies: ["CSQLite", "KubeServer", system], swiftSettings: common),
        // Tier 4: watches that stay alive, stores, queues; the socket on which others are served.
        .target(
            name: "KubeRuntime", dependencies: ["KubeCore", "KubeClient", logging, system] + nio,
            swiftSettings: strict),
        // Tier 5: drives the engine, performs its actions.
        .target(
            name: "SyncController",
            dependencies: [
                "KubeCore", "KubeClient", "KubeRuntime", "KubeYAML", "SyncEngine", "SyncSources", logging,
            ],
            swiftSettings: strict),
        // Tier 6: commands, output, exit codes.
        .executableTarget(
            name: "syncctl",
            dependencies: [
                "CMalloc", "KubeCore", "KubeArchive", "KubeClient", "KubeNode", "KubeRuntime", "KubeServer",
                "KubeYAML",
                "SyncEngine", "SyncSources", "SyncController", arguments, logging, subprocess, system,
            ],
            exclude: manifestsForKubectl, resources: manifests.map { .embedInCode($0) },
            swiftSettings: strict),
        // What tests share: which API server, a kubelet's part, manifests, servers of repositories.
        .target(
            name: "TestSupport",
            dependencies: [
                "KubeCore", "KubeClient", "KubeYAML", "KubeRuntime", "KubeServer", subprocess, system,
            ] + nio,
            path: "Tests/TestSupport", swiftSettings: common),
        test("KubeCoreTests", ["KubeCore"], resources: [.copy("Fixtures")]),
        test("KubeYAMLTests", ["KubeCore", "KubeYAML"], resources: [.copy("Fixtures")]),
        test("SyncEngineTests", ["KubeCore", "KubeYAML", "SyncEngine"], resources: [.copy("Fixtures")]),
        test(
            "KubeServerTests", ["KubeServer", "KubeClient", "KubeCore", "TestSupport"],
            resources: [.copy("Fixtures")]),
        test("KubeArchiveTests", ["KubeArchive", "KubeServer", "KubeCore", "TestSupport"]),
        test("KubeNodeTests", ["KubeNode", "KubeServer", "KubeCore", system]),
        test("KubeClientTests", ["KubeClient", "KubeCore", logging]),
        test(
            "SyncSourcesTests",
            ["KubeCore", "KubeYAML", "SyncEngine", "SyncSources", "TestSupport", system]),
        test(
            "KubeRuntimeTests", ["KubeRuntime", "KubeClient", "KubeCore", "KubeServer", "TestSupport"] + nio),
        test(
            "AcceptanceTests",
            ["KubeCore", "KubeYAML", "KubeClient", "KubeRuntime", "TestSupport", "syncctl", subprocess],
            resources: [.copy("Fixtures")]),
        test(
            "SyncControllerTests",
            [
                "KubeCore", "KubeYAML", "KubeClient", "KubeRuntime", "SyncEngine", "SyncSources",
                "SyncController",
                "TestSupport", system,
            ], resources: [.copy("Fixtures")]),
    ]
)

// A measurement builds the tests that it runs, optimized, and no others.
if let wanted = Context.environment["SYNCCTL_ONLY_TESTS"] {
    package.targets.removeAll { $0.type == .test && $0.name != wanted }
}
