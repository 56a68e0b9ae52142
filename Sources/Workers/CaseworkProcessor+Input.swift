internal import Casework
internal import Households
internal import JSON
internal import Kafka
internal import Streams

/// Reads the records of `case.events`: alerts (formats, section 7) and actions (section 8).
enum CaseworkReader {
    static let step = "CaseworkProcessor"

    enum Message {
        case alert(Alert)
        case action(Action)
        case standing(StandingNotice)
    }

    private static let alertTypes = ["opened", "updated", "cleared", "dismissed", "withdrawn"]
        .map { "shouwang.alert.\($0).v1" }

    /// Throws what makes the record a dead letter.
    static func read(_ record: RecordView) throws(RecordFailure) -> Message {
        guard let header = record.header("ce_type") else {
            throw failure("envelope.missing", "type", "expected the header ce_type")
        }
        let type = String(decoding: header, as: UTF8.self)
        let kind = Action.Kind(eventType: type)
        let isNotice = type == HouseholdNotice.type
        guard kind != nil || isNotice || alertTypes.contains(type) else {
            throw failure(
                "type.unknown", "type",
                "expected the event type of an alert, an action or a household's change")
        }
        guard let value = record.value else {
            throw failure("record.json", nil, "expected a JSON object as value, found none")
        }
        var reader = JSONReader()
        let root: JSONField
        do {
            root = try reader.readObject(value)
        } catch {
            throw failure("record.json", nil, "expected a JSON object as value")
        }
        if isNotice { return .standing(try notice(root)) }
        if let kind { return .action(try action(kind, root)) }
        return .alert(try alert(root))
    }

    private static func alert(_ root: JSONField) throws(RecordFailure) -> Alert {
        guard let state = Alert.State(try text(root, "state")) else { throw value("state") }
        guard let division = Division(try text(root, "division")), division.digits == 12 else {
            throw failure("division.format", "division", "expected 12 digits")
        }
        guard let level = AlertLevel(try text(root, "level")) else { throw value("level") }
        guard let revision = try integer(root, "revision") else { throw missing("revision") }
        return Alert(
            id: try text(root, "alert"), revision: revision, state: state,
            rule: try text(root, "rule"), division: division, cause: try text(root, "cause"),
            level: level, visit: try optionalText(root, "visit"),
            isSuperseded: try optionalText(root, "supersededBy") != nil,
            proposes: try texts(root, "proposes"), facts: try facts(root))
    }

    private static func notice(_ root: JSONField) throws(RecordFailure) -> StandingNotice {
        guard let division = Division(try text(root, "division")), division.digits == 12 else {
            throw failure("division.format", "division", "expected 12 digits")
        }
        let state: Standing.State?
        switch try text(root, "class") {
        case "unstable", "edge", "sudden": state = .monitored
        case "eliminated": state = .eliminated
        case "none": state = nil
        default: throw value("class")
        }
        return StandingNotice(
            state: state, division: division,
            hasLabour: root.field("hasLabour")?.kind == .true)
    }

    private static func facts(_ root: JSONField) throws(RecordFailure) -> AlertFacts {
        var facts = AlertFacts(levelReasons: try texts(root, "levelReasons"))
        guard let computation = present(root, "computation") else { return facts }
        guard computation.kind == .object else { throw kind("computation") }
        facts.isJudgeable = computation.field("judgeable")?.kind == .true
        facts.members = try integer(computation, "members") ?? 0
        facts.lineFen = try integer(computation, "lineFen")
        facts.referencePerCapitaFen = try integer(computation, "referencePerCapitaFen") ?? 0
        facts.selfPaidFen = try integer(computation, "selfPaidFen") ?? 0
        return facts
    }

    private static func action(
        _ kind: Action.Kind, _ root: JSONField
    ) throws(RecordFailure) -> Action {
        guard let at = InstantText.milliseconds(try text(root, "at")) else {
            throw failure("date.format", "at", "expected an RFC 3339 instant")
        }
        var evidence: [Evidence] = []
        if let list = present(root, "evidence") {
            guard list.kind == .array else { throw self.kind("evidence") }
            for item in list.fields {
                evidence.append(
                    Evidence(
                        kind: try text(item, "kind"), sha256: try text(item, "sha256"),
                        takenAt: try optionalText(item, "takenAt") ?? ""))
            }
        }
        return Action(
            id: try text(root, "action"), kind: kind, caseID: try optionalText(root, "case"),
            alerts: try texts(root, "alerts"), assignment: try optionalText(root, "assignment"),
            at: at, reason: try optionalText(root, "reason"), evidence: evidence)
    }

    // MARK: Fields

    /// The field, where it is there and not null.
    private static func present(_ object: JSONField, _ name: StaticString) -> JSONField? {
        guard let field = object.field(name), field.kind != .null else { return nil }
        return field
    }

    private static func optionalText(
        _ object: JSONField, _ name: StaticString
    ) throws(RecordFailure) -> String? {
        guard let field = present(object, name) else { return nil }
        guard field.kind == .string else { throw kind(name) }
        return field.textString
    }

    private static func text(
        _ object: JSONField, _ name: StaticString
    ) throws(RecordFailure) -> String {
        guard let text = try optionalText(object, name) else { throw missing(name) }
        return text
    }

    private static func texts(
        _ object: JSONField, _ name: StaticString
    ) throws(RecordFailure) -> [String] {
        guard let list = present(object, name) else { return [] }
        guard list.kind == .array else { throw kind(name) }
        var texts: [String] = []
        for item in list.fields {
            guard item.kind == .string else { throw kind(name) }
            texts.append(item.textString)
        }
        return texts
    }

    private static func integer(
        _ object: JSONField, _ name: StaticString
    ) throws(RecordFailure) -> Int64? {
        guard let field = present(object, name) else { return nil }
        guard field.kind == .number, let value = Int64(field.textString) else { throw kind(name) }
        return value
    }

    // MARK: Failures

    private static func failure(
        _ reason: String, _ field: String?, _ message: String
    ) -> RecordFailure {
        RecordFailure(reason: reason, field: field, step: step, message: message)
    }

    private static func missing(_ name: StaticString) -> RecordFailure {
        failure("field.missing", "\(name)", "the field is missing")
    }

    private static func kind(_ name: StaticString) -> RecordFailure {
        failure("field.type", "\(name)", "the field has another type than expected")
    }

    private static func value(_ name: StaticString) -> RecordFailure {
        failure("field.value", "\(name)", "the value is none of those allowed")
    }
}
