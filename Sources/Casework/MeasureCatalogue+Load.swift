package import YAML

extension MeasureCatalogue {
    /// Reads `measures.yaml` of the folder. Throws with file, line and column what is wrong; show
    /// it and stop.
    package static func load(folder: String) throws(YAMLError) -> MeasureCatalogue {
        try read(YAMLNode.parse(file: "\(folder)/measures.yaml"))
    }

    /// Reads the file's one mapping.
    package static func read(_ node: YAMLNode) throws(YAMLError) -> MeasureCatalogue {
        var fields = try node.mapping()
        let list = try fields.required("measures").sequence()
        try fields.finish()
        let compiler = EligibilityCompiler()
        var measures: [Measure] = []
        for node in list {
            let measure = try measure(node, compiler)
            if measures.contains(where: { $0.id == measure.id }) {
                throw node.error("measure '\(measure.id)' stands twice")
            }
            measures.append(measure)
        }
        return MeasureCatalogue(measures)
    }

    private static func measure(
        _ node: YAMLNode, _ compiler: EligibilityCompiler
    ) throws(YAMLError) -> Measure {
        var fields = try node.mapping()
        let id = try fields.required("id").string()
        let name = try fields.required("name").localText()
        let group = try fields.required("group").string(oneOf: Measure.groups)
        let department = try fields.required("department").string()
        let office = try fields.required("level").office()
        var answers = try fields.required("answers").mapping()
        let causes = try answers.optional("causes").map(causes) ?? []
        let rules = try answers.optional("rules")?.words() ?? []
        try answers.finish()
        guard !causes.isEmpty || !rules.isEmpty else {
            throw answers.node.error("expected causes or rules")
        }
        let eligibility = try fields.optional("eligible").map(compiler.compile)
        let deadline = try fields.required("deadline").deadline()
        let evidence = try fields.required("evidence").words()
        let isReliefFirst = try fields.optional("reliefFirst")?.bool() ?? false
        try fields.finish()
        return Measure(
            id: id, name: name, group: group, department: department, office: office,
            causes: causes, rules: rules, eligibility: eligibility, deadline: deadline,
            evidence: evidence, isReliefFirst: isReliefFirst)
    }

    /// `all`, or a list.
    private static func causes(_ node: YAMLNode) throws(YAMLError) -> [String] {
        if case .scalar("all", isQuoted: false) = node.kind { return Measure.causes }
        return try node.words(of: Measure.causes)
    }
}
