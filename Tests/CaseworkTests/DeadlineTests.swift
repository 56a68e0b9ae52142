import Casework
import Households
import Testing

@Suite("Deadlines")
struct DeadlineTests {
    private func due(_ deadline: Deadline, _ start: String, _ code: String = "529902100201")
        -> Int64
    {
        deadline.due(from: Samples.at(start), in: Division(code)!, Samples.policy)
    }

    @Test("hours run through nights and weekends to the millisecond")
    func hours() {
        let start = Samples.at("06-19 23:59") + 7
        let due = Deadline.hours(24).due(
            from: start, in: Samples.village, Samples.policy)
        #expect(due == start + 86_400_000)
    }

    @Test("days are calendar days at the same time of day")
    func days() {
        #expect(due(.days(30), "06-15 09:37") == Samples.at("07-15 09:37"))
    }

    @Test("working days skip the weekend and keep the time of day")
    func weekend() {
        // 2026-06-11 is a Thursday.
        #expect(due(.workingDays(3), "06-11 09:37") == Samples.at("06-16 09:37"))
    }

    @Test("a day off by the calendar is no working day, a worked Sunday is one")
    func calendar() {
        // Thursday the 18th; Friday the 19th is off.
        #expect(due(.workingDays(1), "06-18 09:00") == Samples.at("06-22 09:00"))
        // Friday the 26th; Sunday the 28th is worked.
        #expect(due(.workingDays(1), "06-26 09:00") == Samples.at("06-28 09:00"))
        #expect(due(.workingDays(2), "06-26 09:00") == Samples.at("06-29 09:00"))
    }

    @Test("a day off of one county counts only there")
    func division() {
        #expect(due(.workingDays(1), "06-22 09:00") == Samples.at("06-23 09:00"))
        #expect(due(.workingDays(1), "06-22 09:00", "529901100201") == Samples.at("06-24 09:00"))
    }

    @Test("what starts on a weekend counts from the next working day")
    func startsOnWeekend() {
        #expect(due(.workingDays(1), "06-13 22:15") == Samples.at("06-15 22:15"))
        #expect(due(.workingDays(5), "06-13 22:15") == Samples.at("06-22 22:15"))
    }

    @Test("a calendar without working days still gives an end")
    func noWorkingDays() {
        let start = Day(iso: "2026-01-01")!
        let policy = Policy(
            lines: [], disposable: [], divisions: [:],
            calendar: (0..<400).map {
                Policy.CalendarDay(division: nil, date: start + $0, isOff: true)
            })
        let due = Deadline.workingDays(3).due(
            from: start.start, in: Samples.village, policy)
        #expect(due == (start + 3).start)
    }
}
