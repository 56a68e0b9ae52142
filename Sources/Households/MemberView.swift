/// A member of a household as of one day. Answers are worked out on first use. Confined to one
/// thread; must not outlive its `HouseholdView`.
public final class MemberView {
    public let id: Pseudonym
    let person: People.Person
    unowned let view: HouseholdView

    init(_ person: People.Person, _ view: HouseholdView) {
        id = person.id
        self.person = person
        self.view = view
    }

    /// The household the member is seen in.
    public var household: HouseholdView { view }

    /// Kinds of facts the person has, now or to come.
    public private(set) lazy var kinds: FactKindSet = view.facts.kinds(of: id)

    private var registration: Fact? { person.timeline.registration(on: view.day) }

    /// Completed years; -1 while no birth date is known.
    public private(set) lazy var age: Int =
        registration?.day(.birthDate).map { view.day.age(bornOn: $0) } ?? -1

    /// `m`, `f`, or empty.
    public var sex: String { registration?.text(.sex) ?? "" }

    /// `full`, `partial` or `none`; by age where not told: 16 to 59 full, else none.
    public private(set) lazy var labour: String =
        registration?.text(.labour) ?? ((16...59).contains(age) ? "full" : "none")

    // MARK: Schooling

    /// The latest `ed.dropout.*`.
    public var dropout: Fact? { latest(.schoolDropout) }

    /// Unexcused school days missed in absences that end in `W(days)`.
    public func unexcusedAbsence(days: Int) -> Int64 {
        let window = Window(days, endingOn: view.day)
        var total: Int64 = 0
        forEach(.schoolAbsence) { fact in
            if !fact.flag(.excused), window.contains(fact.occurred) {
                total += fact.integer(.schoolDays) ?? 0
            }
        }
        return total
    }

    /// Days since the latest enrolment record when it says `left`; -1 otherwise.
    public private(set) lazy var daysSinceLeftSchool: Int = {
        guard let fact = latest(.schoolEnrolment), fact.text(.status) == "left" else { return -1 }
        return view.day - fact.occurred
    }()

    // MARK: Illness

    /// The latest diagnosis of a listed major disease in `W(days)`.
    public func majorDiagnosis(days: Int, in diseases: MajorDiseases) -> Fact? {
        let window = Window(days, endingOn: view.day)
        return latest(.diagnosis) {
            window.contains($0.occurred) && diseases.contains($0.text(.diseaseGroup) ?? "")
        }
    }

    /// What the insurance register says for a year: `nil` without a record.
    public func isEnrolled(year: Int) -> Bool? {
        latest(.insuranceEnrolment) { $0.integer(.year) == Int64(year) }?.flag(.enrolled)
    }

    // MARK: Work

    /// A job is running: for some employer the latest word is a start (on the same day the start
    /// wins).
    public var hasJob: Bool { runningSince != nil }

    /// The day the latest running job started.
    public private(set) lazy var runningSince: Day? = {
        var employers: [(code: String, started: Day?, ended: Day?)] = []
        func note(_ fact: LentFact, started: Bool) {
            let code = fact.text(.employerCode) ?? "none"
            let index: Int
            if let known = employers.firstIndex(where: { $0.code == code }) {
                index = known
            } else {
                employers.append((code, nil, nil))
                index = employers.count - 1
            }
            if started {
                employers[index].started =
                    employers[index].started.map { max($0, fact.occurred) } ?? fact.occurred
            } else {
                employers[index].ended =
                    employers[index].ended.map { max($0, fact.occurred) } ?? fact.occurred
            }
        }
        if view.facts.hasNo(.jobStarted) { return nil }
        forEach(.jobStarted) { note($0, started: true) }
        forEach(.jobEnded) { note($0, started: false) }
        return employers.compactMap { employer in
            guard let started = employer.started else { return nil }
            return started >= employer.ended ?? started ? started : nil
        }.max()
    }()

    /// Days since the latest running job started; -1 without one.
    public var daysSinceJobStarted: Int { runningSince.map { view.day - $0 } ?? -1 }

    /// Days since the latest `hr.job.ended`; -1 without one.
    public private(set) lazy var daysSinceJobEnded: Int =
        latest(.jobEnded).map { view.day - $0.occurred } ?? -1

    /// Paid and declared wage that counts in `M12`, fen.
    public var wageFen: Int64 { view.income?.wageFen(of: id) ?? 0 }

    // MARK: Helpers

    func forEach(_ kind: FactKind, _ body: (LentFact) -> Void) {
        view.facts.forEach(kind, asOf: view.day) { fact in
            if fact.isOf(id) { body(fact) }
        }
    }

    func latest(
        _ kind: FactKind, _ accepts: (LentFact) -> Bool = { _ in true }
    ) -> Fact? {
        view.latest(kind) { $0.isOf(id) && accepts($0) }
    }
}
