// swift-tools-version: 6.2
import PackageDescription

// Every target has these settings: see docs/ARCHITECTURE.md, "Targets".
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    // Overlapping access is looked for in debug builds, which the tests run in.
    .unsafeFlags(
        ["-cross-module-optimization", "-enforce-exclusivity=unchecked"],
        .when(configuration: .release)),
]

/// A Swift target; `uses` may name only targets of lower levels (scripts/check-layers holds this).
func target(_ name: String, uses: [String] = []) -> Target {
    .target(name: name, dependencies: uses.map { .target(name: $0) }, swiftSettings: swift)
}

func tests(_ name: String, uses: [String], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: uses.map { .target(name: $0) }, exclude: exclude,
        swiftSettings: swift)
}

let package = Package(
    name: "shouwang",
    products: [.executable(name: "shouwang", targets: ["shouwang"])],
    targets: [
        // Level 0: C libraries of the system.
        .systemLibrary(
            name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CChecksum"),

        // Level 1: one library each, none knows another.
        target("Kafka", uses: ["CRdKafka"]),
        target("JSON", uses: ["CSimdJSON"]),
        target("YAML", uses: ["CYAML"]),
        target("Expressions"),
        target("Households", uses: ["CCrypto"]),

        // Level 2: the runtime and the pure parts of the domain.
        target("Streams", uses: ["CChecksum", "Kafka"]),
        target("Rules", uses: ["Expressions", "Households", "YAML"]),
        target("Casework", uses: ["Expressions", "Households", "YAML"]),

        // Level 3: the processors, and drivers that run them without a broker.
        target(
            "Workers",
            uses: [
                "Kafka", "JSON", "YAML", "Expressions", "Households", "Streams", "Rules",
                "Casework",
            ]),
        target("StreamsTesting", uses: ["CRdKafka", "Kafka", "Streams"]),

        // Level 4: the whole path over files, without a broker.
        target(
            "Replay",
            uses: [
                "Kafka", "JSON", "YAML", "Households", "Streams", "Rules", "Workers",
                "StreamsTesting",
            ]),

        // Level 5: the command.
        .executableTarget(
            name: "shouwang",
            dependencies: [
                "Kafka", "JSON", "YAML", "Expressions", "Households", "Streams", "Rules",
                "Casework", "Workers", "StreamsTesting", "Replay",
            ],
            swiftSettings: swift),

        // Measurements; scripts/bench runs them.
        .executableTarget(
            name: "bench",
            dependencies: [
                "Kafka", "JSON", "Households", "Streams", "Rules", "Workers", "StreamsTesting",
                "Replay",
            ],
            path: "Benchmarks", swiftSettings: swift),

        tests("KafkaTests", uses: ["Kafka", "StreamsTesting"]),
        tests("JSONTests", uses: ["JSON"]),
        tests("YAMLTests", uses: ["YAML"]),
        tests("ExpressionsTests", uses: ["Expressions"]),
        tests("HouseholdsTests", uses: ["Households", "StreamsTesting"]),
        tests("StreamsTests", uses: ["CChecksum", "Streams", "StreamsTesting", "Kafka"]),
        tests("FleetTests", uses: ["Streams", "StreamsTesting", "Kafka"]),
        tests("RulesTests", uses: ["Rules", "Households", "Expressions", "YAML"]),
        tests("CaseworkTests", uses: ["Casework", "Households", "Expressions", "YAML"]),
        tests(
            "WorkersTests",
            uses: [
                "Workers", "StreamsTesting", "Streams", "Kafka", "JSON", "YAML", "Households",
                "Rules", "Casework",
            ]),
        tests(
            "ReplayTests",
            uses: [
                "Replay", "Workers", "Rules", "StreamsTesting", "Streams", "Kafka", "JSON",
                "Households",
            ],
            exclude: ["OneHousehold"]),
        tests(
            "CommandTests",
            uses: [
                "shouwang", "Workers", "Replay", "StreamsTesting", "Streams", "Kafka", "JSON",
                "YAML", "Households", "Rules",
            ],
            exclude: ["Help"]),
        tests(
            "IntegrationTests",
            uses: [
                "Kafka", "JSON", "Streams", "StreamsTesting", "Workers", "Households", "Replay",
            ]),
    ],
    cxxLanguageStandard: .cxx17
)
