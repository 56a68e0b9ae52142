/// What a fact says beside its amount and day. Named by the field of the feed (formats, section 3)
/// it comes from; the raw value is stored; never reuse one. Days are kept as `Day.number`, money
/// as fen, booleans as 0 and 1, codes as text, numbers that lead to a person as pseudonyms.
public enum Attribute: UInt8, CaseIterable, Sendable {
    /// Which event type of the family: the type without prefix and version, such as `inpatient`,
    /// `granted`, `stopped`, `suspected`, `verified`, `split`. Text.
    case event = 1
    /// Household of a start or a leaving. Pseudonym.
    case household = 2
    /// The household left by a split or move. Pseudonym.
    case fromHousehold = 3
    /// The person a household fact speaks of (`fv.income.recorded`). Pseudonym.
    case person = 4
    /// The right person of an identity correction. Pseudonym.
    case rightPerson = 5
    case relation = 6  // text
    case birthDate = 7  // day
    case sex = 8  // text
    case division = 9  // the 12 digits as a number
    case labour = 10  // text
    case reason = 11  // text
    case from = 12  // day
    case to = 13  // day
    case until = 14  // day
    case date = 15  // day: `date` of fv.income.recorded, which occurs on `to`
    case householdClass = 16  // text (`class`)
    case exPoor = 17  // boolean
    case caseNumber = 18  // pseudonym
    case fenPerMonth = 19  // fen (`yuanPerMonth`)
    case admitted = 20  // day
    case discharged = 21  // day
    case totalFen = 22  // fen
    case fundFen = 23  // fen
    case majorIllnessFen = 24  // fen
    case aidFen = 25  // fen
    case selfPaidFen = 26  // fen; the settlement's amount is selfPaidInPolicy
    case hospitalLevel = 27  // integer
    case hospitalDivision = 28  // digits as a number
    case diseaseGroup = 29  // text
    case year = 30  // integer
    case enrolled = 31  // boolean
    case stage = 32  // text
    case studentNumber = 33  // pseudonym
    case status = 34  // text
    case schoolCode = 35  // text
    case schoolDays = 36  // integer
    case excused = 37  // boolean
    case term = 38  // text
    case item = 39  // text
    case employerCode = 40  // text: a firm's code, not a person's
    case placeDivision = 41  // digits as a number
    case contractUntil = 42  // day
    case jobKind = 43  // text (`kind` of hr.job.started)
    case month = 44  // year * 12 + month - 1
    case months = 45  // integer
    case incomeKind = 46  // text (`kind` of fv.income.recorded)
    case riskCode = 47  // text (`kind` of em.disaster.declared)
    case level = 48  // integer
    case eventNumber = 49  // text
    case roomsCollapsed = 50  // integer
    case roomsSeverelyDamaged = 51  // integer
    case unfitToLive = 52  // boolean
    case cropLossPercent = 53  // integer
    case sownMu = 54  // hundredths of a mu
    case insured = 55  // boolean
    case houseNumber = 56  // pseudonym
    case grade = 57  // text
    case inhabited = 58  // boolean
    case onlyDwelling = 59  // boolean
    case plantCode = 60  // text
    /// The divisions an area event covers: codes joined by commas. Text.
    case divisions = 61
    case species = 62  // text
    case head = 63  // integer
    case headLost = 64  // integer
    case officer = 65  // text, opaque
    /// The alerts an action names: ids joined by commas. Text.
    case alerts = 66
    case action = 67  // text
    /// The number of what several records are about: contract, bill, house, ticket, case.
    /// Pseudonym.
    case number = 68
    case category = 69  // integer: of a disability, 1 to 7
    case degree = 70  // integer: of a disability, 1 (gravest) to 4
    case severity = 71  // text
    case creditCode = 72  // text: a firm's code
    case balanceFen = 73  // fen
    case litres = 74  // integer: a person and day
    case minutes = 75  // integer
    case dwellingLost = 76  // boolean
    case result = 77  // text
    case topic = 78  // text
    case leadHours = 79  // integer
    case priceFen = 80  // fen a kilogram
    case meanPriceFen = 81  // fen a kilogram
    /// What the register names as the household's main risk (`rb.class.changed`). Text.
    case risk = 82
    /// Whether a remark says what the risk is. Boolean.
    case riskRemarked = 83
    /// How the risk went: `help` or `natural`. Text.
    case eliminatedBy = 84
    /// What a vehicle or a building is used for (`use`). Text.
    case use = 85
    /// A member's part in a firm (`role`). Text.
    case role = 86
}
