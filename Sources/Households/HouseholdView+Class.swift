/// What the register of monitored households says (formats, section 3: `rb.class.changed`;
/// dossier 2.2).
extension HouseholdView {
    /// A household is monitored while its class is one of the three (dossier 2.2).
    public static func isMonitored(_ householdClass: String?) -> Bool {
        switch householdClass {
        case "unstable", "edge", "sudden": true
        default: false
        }
    }

    /// True while the household is in one of the three monitored classes.
    public var isMonitored: Bool {
        HouseholdView.isMonitored(householdClass?.text(.householdClass))
    }

    /// The day the household was last identified: the first day of its latest time in monitored
    /// classes, whether that goes on or has ended; `nil` if it never was.
    public var identifiedOn: Day? {
        var start: Day?
        var runs = false
        for fact in records(.householdClass).map(\.fact) {
            let isMonitored = HouseholdView.isMonitored(fact.text(.householdClass))
            if isMonitored, !runs { start = fact.occurred }
            runs = isMonitored
        }
        return start
    }

    /// Days since `identifiedOn`; -1 for a household that never was identified.
    public var daysSinceIdentified: Int { identifiedOn.map { day - $0 } ?? -1 }

    /// The main risk the register names, the latest that was named; empty without one.
    public var risk: String {
        latest(.householdClass) { $0.text(.risk) != nil }?.text(.risk) ?? ""
    }

    /// Whether the latest record that names a risk says that a remark explains it.
    public var isRiskRemarked: Bool {
        latest(.householdClass) { $0.text(.risk) != nil }?.flag(.riskRemarked) ?? false
    }

    /// How the risk went, while the household is taken off monitoring: `help`, `natural`, or
    /// empty.
    public var eliminatedBy: String {
        guard let fact = householdClass, fact.text(.householdClass) == "eliminated" else {
            return ""
        }
        return fact.text(.eliminatedBy) ?? ""
    }
}
