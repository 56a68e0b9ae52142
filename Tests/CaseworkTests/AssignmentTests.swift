import Casework
import Households
import Testing

@Suite("Assignments")
struct AssignmentTests {
    @Test("exactly the transitions of the table are allowed", arguments: Assignment.State.allCases)
    func transitions(_ state: Assignment.State) {
        let allowed: [Assignment.State: [Assignment.State]] = [
            .proposed: [.accepted, .delivered, .overdue, .withdrawn],
            .accepted: [.delivered, .overdue, .withdrawn],
            .overdue: [.accepted, .delivered, .withdrawn],
            .withdrawn: [.delivered],
            .delivered: [],
        ]
        let found = Assignment.State.allCases.filter { state.allows($0) }
        #expect(found == Assignment.State.allCases.filter { allowed[state]!.contains($0) })
    }

    @Test("a forbidden move changes nothing")
    func forbidden() {
        var assignment = Assignment(
            id: Pseudonym.digest("a"), measure: "H06", number: 1, office: .township,
            reasons: ["x"], createdAt: 0, dueAt: 10)
        let isDelivered = assignment.deliver(at: 5, evidence: [photo])
        #expect(isDelivered)
        let before = assignment
        let moves = [
            assignment.move(to: .withdrawn), assignment.move(to: .overdue),
            assignment.deliver(at: 6, evidence: []),
        ]
        #expect(moves == [false, false, false])
        #expect(assignment == before)
        #expect(assignment.deliveredAt == 5)
    }

    @Test("ids follow from case, measure and number")
    func ids() {
        let first = Case.id(of: Samples.household, number: 1)
        #expect(first == Case.id(of: Samples.household, number: 1))
        #expect(first != Case.id(of: Samples.household, number: 2))
        let one = Assignment.id(of: first, measure: "H06", number: 1)
        #expect(one == Assignment.id(of: first, measure: "H06", number: 1))
        #expect(one != Assignment.id(of: first, measure: "H06", number: 2))
        #expect(one != Assignment.id(of: first, measure: "H16", number: 1))
    }
}
