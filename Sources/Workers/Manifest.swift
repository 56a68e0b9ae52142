package import YAML

/// A pipeline as its folder declares it: `Pipelines/<name>/pipeline.yaml` is the path of a record,
/// top to bottom (design, section 1, decision 4). Steps are named after the Swift files that do
/// them, and the path written must be the path built, so the file cannot lie.
package struct Manifest: Sendable {
    /// One step of the path.
    package struct Step: Sendable, Equatable {
        /// The Swift file's name without `.swift`.
        package let name: String
        /// What happens there, a line.
        package let about: String
    }

    /// A topic written to, with what goes there.
    package struct Output: Sendable, Equatable {
        package let topic: String
        package let about: String
    }

    package let name: String
    /// What the pipeline is for, a line.
    package let about: String
    /// The topic read.
    package let input: String
    /// What the input is keyed by: `any`, `person` or `household`.
    package let key: String
    /// What is kept per key; `nil` for a pipeline without state.
    package let keeps: String?
    package let path: [Step]
    package let outputs: [Output]
    /// The folder it stands in; catalogues, rules and samples lie beside it.
    package let folder: String

    /// Reads `<folder>/<name>/pipeline.yaml`. Throws with file, line and column where the file
    /// says what is not so; mend it and start again.
    package static func load(
        _ name: String, in folder: String
    ) throws(YAMLError) -> Manifest {
        let own = "\(folder)/\(name)"
        return try Manifest(
            try YAMLNode.parse(file: "\(own)/pipeline.yaml"), name: name, folder: own)
    }

    /// Reads a manifest's node; `name` is the folder's.
    package init(_ node: YAMLNode, name: String, folder: String) throws(YAMLError) {
        guard let plan = PipelinePlan.all.first(where: { $0.name == name }) else {
            let closest = Spelling.closest(to: name, in: PipelinePlan.all.map(\.name))
            throw node.error(
                "there is no pipeline '\(name)'"
                    + (closest.map { "; did you mean '\($0)'?" } ?? ""))
        }
        var fields = try node.mapping()
        let given = try fields.required("pipeline")
        guard try given.string() == name else {
            throw given.error("expected '\(name)', the name of the folder")
        }
        about = try fields.required("about").string()
        input = try fields.required("reads").string(oneOf: [plan.input])
        key = try fields.required("key").string(oneOf: [plan.key])
        let keeps = try fields.required("keeps")
        let kept = try keeps.string()
        guard (kept == "nothing") == (plan.isStateful == false) else {
            throw keeps.error(
                plan.isStateful
                    ? "expected what is kept per key: this pipeline has state"
                    : "expected 'nothing': this pipeline has no state")
        }
        self.keeps = plan.isStateful ? kept : nil
        let steps = try Manifest.pairs(try fields.required("path"))
        try Manifest.compare(
            steps, with: plan.steps.map(\.name), node: try fields.required("path"), what: "step")
        path = steps.map { Step(name: $0.name, about: $0.about) }
        let written = try Manifest.pairs(try fields.required("writes"))
        try Manifest.compare(
            written, with: plan.outputs, node: try fields.required("writes"), what: "topic")
        outputs = written.map { Output(topic: $0.name, about: $0.about) }
        try fields.finish()
        self.name = name
        self.folder = folder
    }

    private typealias Pair = (name: String, about: String, node: YAMLNode)

    /// A list of `name: what it is`.
    private static func pairs(_ node: YAMLNode) throws(YAMLError) -> [Pair] {
        var pairs: [Pair] = []
        for item in try node.sequence() {
            let entries = try item.mapping().entries
            guard entries.count == 1 else { throw item.error("expected 'name: what it does'") }
            pairs.append((try entries[0].key.string(), try entries[0].value.string(), item))
        }
        return pairs
    }

    /// The names must be those built, in their order.
    private static func compare(
        _ pairs: [Pair], with built: [String], node: YAMLNode, what: String
    ) throws(YAMLError) {
        for (index, pair) in pairs.enumerated() {
            guard index < built.count else {
                throw pair.node.error("the path built ends before the \(what) '\(pair.name)'")
            }
            guard pair.name == built[index] else {
                throw pair.node.error(
                    "expected the \(what) '\(built[index])' here, found '\(pair.name)'")
            }
        }
        guard pairs.count == built.count else {
            throw node.error("the \(what) '\(built[pairs.count])' is missing at the end")
        }
    }
}
