import Expressions
package import Households

/// One early-warning rule, planned: what a rule file says (docs/RULES.md).
package final class Rule: Sendable {
    package let id: String
    package let cause: Cause
    /// Kinds of facts without any of which the rule is false: who has none is not asked further.
    /// Empty: it is asked of every household.
    let having: [FactKind]
    /// The same as a set.
    let needs: FactKindSet
    /// Likewise of a person, for a rule about members: a member who has none does not meet it.
    let memberHaving: [FactKind]
    /// The same as a set.
    let memberNeeds: FactKindSet
    /// A condition on the household; `nil` holds always (a rule about members).
    let when: Program?
    /// A condition on one member, `m`: the rule holds when some member meets it.
    let member: Program?
    /// The base level: the first whose condition holds.
    let levels: [(level: Level, when: Program?)]
    /// What must hold, beside `when` being false, for an open alert to be cleared, and for how
    /// many days (0: at once).
    let clear: Program?
    package let clearDays: Int
    /// Days after an episode's end before a new one may open.
    package let cooldownDays: Int
    /// Rules it speaks for while open.
    package let supersedes: [String]
    package let parameters: [Parameter]
    let subject: SubjectSource
    let evidence: [EvidenceSelector]
    let zh: TextTemplate
    let en: TextTemplate
    /// Measures to propose, by id.
    package let proposes: [String]
    /// Where the rule comes from.
    package let source: String
    /// Set on a rule of the self-audit (dossier 5.3): it is about records, not about need. It asks
    /// for no visit, raises no alert and is raised by none, and publishes findings.
    package let audit: Audit?
    /// It asks whether the household is `low`, so being low does not raise its level.
    package let asksLow: Bool
    /// It rests on the income reference: without a declaration or a line it cannot judge. Not so a
    /// rule that asks `judgeable` itself.
    package let asksIncome: Bool
    /// It asks for the day of the year.
    let asksDayOfYear: Bool
    /// It asks for the month.
    let asksMonth: Bool
    /// How it asks for people's ages.
    let asksAge: AgeUse
    /// Its clear condition asks how many days ago the alert opened.
    let asksOpenedDays: Bool
    /// It asks about the household's other alerts: it is asked after the rules that open them, and
    /// neither raises the level of others nor is raised by them.
    package let asksAlerts: Bool
    /// Kinds of facts whose age it asks about.
    let agingKinds: Set<FactKind>
    /// Kinds of facts whose end it asks about.
    let endingKinds: Set<FactKind>
    /// It compares with what care usually costs, month by month.
    let asksUsualCare: Bool
    /// It counts the days without water.
    let asksDaysWithoutWater: Bool
    /// Kinds of facts, beside those that build membership, on which it depends whether and how it
    /// opens; `nil` for any.
    let kinds: Set<FactKind>?
    /// Whole numbers written in its conditions.
    let numbers: [Int]
    /// Figures beyond the income reference that its alerts show.
    package let figures: [Figure]
    /// What it says, for people.
    package let telling: RuleTelling
    /// Kinds of facts on which its clear condition depends.
    let clearKinds: Set<FactKind>

    /// A figure only some rules compute (formats, section 7, `computation`).
    package enum Figure: Sendable {
        case previous, forecast, rigid
    }

    /// How a rule's conditions ask for ages in years.
    enum AgeUse {
        case no
        /// It compares them with its numbers and parameters.
        case compared
        /// It reckons with them, so each birthday may count.
        case reckoned
    }

    /// Who has to put a record right, and what.
    package struct Audit: Sendable {
        /// A word for the department, such as `housing`.
        package let department: String
        /// What to correct, a sentence an officer can act on.
        package let zh: String
        /// See `zh`.
        package let en: String
    }

    /// The rule's parameters where nothing overrides them.
    private let defaults: [UsedParameter]
    /// Their values.
    let defaultValues: [Int64]

    init(
        id: String,
        cause: Cause,
        having: [FactKind],
        memberHaving: [FactKind],
        when: Program?,
        member: Program?,
        levels: [(level: Level, when: Program?)],
        clear: Program?,
        clearDays: Int,
        cooldownDays: Int,
        supersedes: [String],
        parameters: [Parameter],
        subject: SubjectSource,
        evidence: [EvidenceSelector],
        zh: TextTemplate,
        en: TextTemplate,
        proposes: [String],
        source: String,
        audit: Audit?,
        asksLow: Bool,
        asksIncome: Bool,
        asksDayOfYear: Bool,
        asksMonth: Bool,
        asksAge: AgeUse,
        asksOpenedDays: Bool,
        asksAlerts: Bool,
        agingKinds: Set<FactKind>,
        endingKinds: Set<FactKind>,
        asksUsualCare: Bool,
        asksDaysWithoutWater: Bool,
        kinds: Set<FactKind>?,
        numbers: [Int],
        figures: [Figure],
        telling: RuleTelling,
        clearKinds: Set<FactKind>
    ) {
        self.id = id
        self.cause = cause
        self.having = having
        needs = FactKindSet(having)
        self.memberHaving = memberHaving
        memberNeeds = FactKindSet(memberHaving)
        self.when = when
        self.member = member
        self.levels = levels
        self.clear = clear
        self.clearDays = clearDays
        self.cooldownDays = cooldownDays
        self.supersedes = supersedes
        self.parameters = parameters
        self.subject = subject
        self.evidence = evidence
        self.zh = zh
        self.en = en
        self.proposes = proposes
        self.source = source
        self.audit = audit
        self.asksLow = asksLow
        self.asksIncome = asksIncome
        self.asksDayOfYear = asksDayOfYear
        self.asksMonth = asksMonth
        self.asksAge = asksAge
        self.asksOpenedDays = asksOpenedDays
        self.asksAlerts = asksAlerts
        self.agingKinds = agingKinds
        self.endingKinds = endingKinds
        self.asksUsualCare = asksUsualCare
        self.asksDaysWithoutWater = asksDaysWithoutWater
        self.kinds = kinds
        self.numbers = numbers
        self.figures = figures
        self.telling = telling
        self.clearKinds = clearKinds
        defaults = parameters.map {
            UsedParameter(name: $0.name, value: $0.value, division: nil, since: nil, isDefault: true)
        }
        defaultValues = parameters.map(\.value)
    }

    /// A number the rule compares with: percent, days, fen; overridden by division and date in
    /// `parameters.yaml`.
    package struct Parameter: Sendable {
        package let name: String
        package let value: Int64
    }

    /// Whose alert it is, where a person is meant.
    enum SubjectSource: String, CaseIterable {
        case none, member, greatestSelfPaid, greatestStay
    }
}

/// What a rule says of a household.
package enum Answer {
    case no
    /// Data is missing or too old: nothing opens, nothing ends.
    case cannotJudge
    case yes(Match)

    package struct Match {
        package let baseLevel: Level
        package let subject: Pseudonym?
    }
}

/// A parameter as it was used, and which place set it.
package struct UsedParameter: Sendable, Equatable {
    package let name: String
    package let value: Int64
    /// `nil` for the nation (the rule's default, or what overrides it everywhere).
    package let division: Division?
    /// The day from which it is overridden; `nil` for the rule's default, and for an override without
    /// a day.
    package let since: Day?
    /// Nothing overrides the rule's default here.
    package let isDefault: Bool
}

extension Rule {
    /// The parameters in force for a division on a day: the longest matching prefix, then the
    /// latest `from` (formats, section 10).
    package func parameters(in policy: Policy, division: Division?, on day: Day) -> [UsedParameter] {
        if policy.parameters.isEmpty { return defaults }
        return policy.used(parameters, of: id, division: division, on: day)
    }
}

extension Policy {
    /// The values in force of a rule's parameters: of the overrides that match, the longest
    /// prefix's, then the latest `from`'s; else the default.
    func used(
        _ parameters: [Rule.Parameter], of rule: String, division: Division?, on day: Day
    ) -> [UsedParameter] {
        parameters.map { parameter in
            var best: Policy.ParameterOverride?
            for entry in self.parameters
            where entry.rule == rule && entry.name == parameter.name {
                if let from = entry.from, from > day { continue }
                if let place = entry.division {
                    guard let division, place.contains(division) else { continue }
                }
                if let known = best {
                    let rank = (entry.division?.digits ?? 0, entry.from ?? Day(number: .min))
                    let other = (known.division?.digits ?? 0, known.from ?? Day(number: .min))
                    if rank < other { continue }
                }
                best = entry
            }
            return UsedParameter(
                name: parameter.name, value: best?.value ?? parameter.value,
                division: best?.division, since: best?.from, isDefault: best == nil)
        }
    }
}
