package import YAML

extension Process {
    /// Reads `process.yaml` of the folder. Throws with file, line and column what is wrong; show
    /// it and stop.
    package static func load(
        folder: String, _ catalogue: MeasureCatalogue
    ) throws(YAMLError) -> Process {
        try read(YAMLNode.parse(file: "\(folder)/process.yaml"), catalogue)
    }

    /// Reads the file's one mapping; the visit's measure must be in the catalogue.
    package static func read(
        _ node: YAMLNode, _ catalogue: MeasureCatalogue
    ) throws(YAMLError) -> Process {
        var fields = try node.mapping()
        let stages = try stages(fields.required("stages"))
        var visit = try fields.required("visit").mapping()
        let measure = try visit.required("measure")
            .string(oneOf: catalogue.measures.map(\.id))
        var levels = try visit.required("deadlines").mapping()
        var deadlines: [AlertLevel: Deadline] = [:]
        for level in AlertLevel.allCases.reversed() {
            deadlines[level] = try levels.required(level.name).deadline()
        }
        try levels.finish()
        let visitLadder = try ladder(&visit)
        try visit.finish()
        var relief = try fields.required("relief").mapping()
        let reliefDeadline = try relief.required("deadline").deadline()
        let reliefLadder = try ladder(&relief)
        try relief.finish()
        var measures = try fields.required("measures").mapping()
        let measureLadder = try ladder(&measures)
        try measures.finish()
        let identification = try fields.optional("identification").map(identification)
        let contact = try fields.optional("contact").map(contact)
        var milestones: [Milestone] = []
        for node in try fields.optional("milestones")?.sequence() ?? [] {
            milestones.append(try milestone(node))
        }
        let proof = try fields.optional("proof").map(proof)
        try fields.finish()
        let names =
            [visitLadder, reliefLadder, measureLadder].map(\.clock)
            + [identification?.ladder.clock, contact?.ladder.clock, proof?.clock].compactMap { $0 }
            + milestones.map(\.ladder.clock)
        guard Set(names).count == names.count else {
            throw node.error("expected a different clock for each thing that can be late")
        }
        return Process(
            stages: stages, visitMeasure: measure,
            visitDeadlines: { deadlines[$0] ?? .hours(24) }, visitLadder: visitLadder,
            reliefDeadline: reliefDeadline, reliefLadder: reliefLadder,
            measureLadder: measureLadder, identification: identification, contact: contact,
            milestones: milestones, proof: proof)
    }

    private static func identification(_ node: YAMLNode) throws(YAMLError) -> Identification {
        var fields = try node.mapping()
        let least = try fields.required("least").string(oneOf: AlertLevel.allCases.map(\.name))
        let deadline = try fields.required("deadline").deadline()
        let ladder = try ladder(&fields)
        try fields.finish()
        return Identification(
            least: AlertLevel(least) ?? .yellow, deadline: deadline, ladder: ladder)
    }

    private static func contact(_ node: YAMLNode) throws(YAMLError) -> Contact {
        var fields = try node.mapping()
        var deadlines = try fields.required("deadlines").mapping()
        let monitored = try deadlines.required("monitored").deadline()
        let eliminated = try deadlines.required("eliminated").deadline()
        try deadlines.finish()
        let ladder = try ladder(&fields)
        try fields.finish()
        return Contact(monitored: monitored, eliminated: eliminated, ladder: ladder)
    }

    private static func milestone(_ node: YAMLNode) throws(YAMLError) -> Milestone {
        var fields = try node.mapping()
        let aim = try fields.required("measure").string(
            oneOf: Milestone.Aim.allCases.map(\.rawValue))
        let groups = try fields.optional("groups")?.words(of: Measure.groups) ?? []
        let needs = try fields.optional("needs")?.words(of: ["labour", "case"]) ?? []
        let deadline = try fields.required("deadline").deadline()
        let ladder = try ladder(&fields)
        try fields.finish()
        return Milestone(
            aim: Milestone.Aim(rawValue: aim) ?? .delivered, groups: groups,
            needsLabour: needs.contains("labour"), needsCase: needs.contains("case"),
            deadline: deadline, ladder: ladder)
    }

    private static func proof(_ node: YAMLNode) throws(YAMLError) -> Proof {
        var fields = try node.mapping()
        let clock = try fields.required("clock").string()
        let to = try fields.required("to").office()
        let text = try fields.required("text").localText()
        try fields.finish()
        return Proof(clock: clock, to: to, text: text)
    }

    private static func stages(_ node: YAMLNode) throws(YAMLError) -> [Stage] {
        let nodes = try node.sequence()
        var ids: [String] = []
        for node in nodes {
            var fields = try node.mapping()
            let id = try fields.required("id")
            let text = try id.string()
            if ids.contains(text) { throw id.error("stage '\(text)' stands twice") }
            ids.append(text)
        }
        var stages: [Stage] = []
        for node in nodes {
            var fields = try node.mapping()
            let id = try fields.required("id").string()
            let name = try fields.required("name").localText()
            let list = try fields.required("next")
            try fields.finish()
            var entries = try list.mapping()
            var next: [Event: String] = [:]
            for event in Event.allCases {
                guard let target = entries.optional(event.rawValue) else { continue }
                next[event] = try target.string(oneOf: ids)
            }
            try entries.finish()
            stages.append(Stage(id: id, name: name, next: next))
        }
        try check(stages, nodes, node)
        return stages
    }

    /// A case that is done must come to its end from every stage.
    private static func check(
        _ stages: [Stage], _ nodes: [YAMLNode], _ list: YAMLNode
    ) throws(YAMLError) {
        let ends = stages.filter(\.next.isEmpty).map(\.id)
        guard ends.count == 1, stages.first?.next.isEmpty == false else {
            throw list.error("expected one stage without a way out, and not the first")
        }
        for (stage, node) in zip(stages, nodes)
        where !stage.next.isEmpty && stage.next[.ended] != ends[0] {
            throw node.error("expected 'ended: \(ends[0])' in next of stage '\(stage.id)'")
        }
    }

    /// `clock`, `ladder` and `text` of a mapping that has more.
    private static func ladder(_ fields: inout YAMLMapping) throws(YAMLError) -> Ladder {
        let clock = try fields.required("clock").string()
        let list = try fields.required("ladder")
        let text = try fields.required("text").localText()
        var rungs: [Rung] = []
        for node in try list.sequence() {
            var entry = try node.mapping()
            let from = try entry.required("from").office()
            let to = try entry.required("to").office()
            let after = entry.optional("after")
            try entry.finish()
            guard to > from else { throw node.error("expected 'to' above 'from'") }
            if let after {
                guard !rungs.isEmpty else {
                    throw after.error("the first rung is climbed at the deadline: no 'after'")
                }
                rungs.append(Rung(from: from, to: to, after: try after.deadline()))
            } else {
                guard rungs.isEmpty else { throw node.error("expected the key 'after'") }
                rungs.append(Rung(from: from, to: to, after: nil))
            }
        }
        guard !rungs.isEmpty else { throw list.error("expected at least one rung") }
        return Ladder(clock: clock, rungs: rungs, text: text)
    }
}
