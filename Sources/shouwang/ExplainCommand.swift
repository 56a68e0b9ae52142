import Workers
import YAML

/// `explain`: the path of a record through a pipeline, with the Swift file of each step.
enum ExplainCommand {
    static let spec = CommandSpec(
        name: "explain", about: "print a pipeline's path, with the Swift file of each step",
        discussion: "", arguments: [.init("pipeline", "its name, such as medical", .optional)],
        options: [],
        examples: [
            .init(line: "shouwang explain medical", about: "where a medical bill goes"),
            .init(line: "shouwang explain", about: "all pipelines, a line each"),
        ],
        run: { try run($0) })

    private static func run(_ invocation: Invocation) throws -> Int32 {
        let folder = try invocation.configuration.required("folders.pipelines")
        guard let name = invocation.arguments.arguments.first else {
            var table = Table(["pipeline", "reads", "keeps", "writes"])
            for plan in PipelinePlan.all {
                let manifest = try Manifest.load(plan.name, in: folder)
                table.add([
                    manifest.name, manifest.input, manifest.keeps ?? "nothing",
                    manifest.outputs.map(\.topic).joined(separator: ", "),
                ])
            }
            invocation.out(table.text)
            return 0
        }
        let known = PipelinePlan.all.map(\.name)
        guard known.contains(name) else {
            let closest = Spelling.closest(to: name, in: known)
            throw CommandError.usage(
                "there is no pipeline '\(name)'" + (closest.map { "; did you mean '\($0)'?" } ?? "")
            )
        }
        invocation.out(text(try Manifest.load(name, in: folder)))
        return 0
    }

    /// The path as text, top to bottom.
    static func text(_ manifest: Manifest) -> String {
        let plan = PipelinePlan.all.first { $0.name == manifest.name }
        var text = "\(manifest.name): \(manifest.about)\n\n"
        text += "  reads   \(manifest.input) (key: \(manifest.key))\n"
        text += "  runs    Sources/Streams/Lane.swift, Sources/Streams/PartitionTask.swift\n"
        let files = manifest.path.map { step in
            plan?.steps.first { $0.name == step.name }?.file ?? ""
        }
        let nameWidth = manifest.path.map(\.name.count).max() ?? 0
        let fileWidth = files.map(\.count).max() ?? 0
        for (step, file) in zip(manifest.path, files) {
            text += "     |    \(HelpText.pad(step.name, nameWidth))  "
            text += "\(HelpText.pad(file, fileWidth))  \(step.about)\n"
        }
        if let keeps = manifest.keeps {
            text += "  keeps   \(keeps) (state.\(manifest.name))\n"
        }
        let dead = "dead.\(manifest.name)"
        let topicWidth = max(dead.count, manifest.outputs.map(\.topic.count).max() ?? 0)
        for (index, output) in manifest.outputs.enumerated() {
            text += index == 0 ? "  writes  " : "          "
            text += "\(HelpText.pad(output.topic, topicWidth))  \(output.about)\n"
        }
        text += "          \(HelpText.pad(dead, topicWidth))  "
        text += "what is refused, as it came, with the reason\n"
        return text
    }
}
