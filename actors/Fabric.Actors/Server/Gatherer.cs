using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// Asks several parts, waits for all, answers once. It lives for one question, so that the parts' parent need not remember who asked what.
/// A part that stays silent makes the whole answer a refusal that names it.
/// <para>A restart means: it is never restarted; the asker times out.</para>
/// </summary>
internal sealed class Gatherer : UntypedActor, IWithTimers
{
    private readonly IReadOnlyList<Question> _questions;
    private readonly Func<IReadOnlyList<object>, object> _combine;
    private readonly IActorRef _asker;
    private readonly TimeSpan _patience;
    private readonly object?[] _answers;

    public Gatherer(IReadOnlyList<Question> questions, Func<IReadOnlyList<object>, object> combine, IActorRef asker, TimeSpan patience)
    {
        (_questions, _combine, _asker, _patience) = (questions, combine, asker, patience);
        _answers = new object?[questions.Count];
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static void Ask(
        IActorContext context, IReadOnlyList<Question> questions, Func<IReadOnlyList<object>, object> combine, TimeSpan patience)
    {
        var asker = context.Sender;
        context.ActorOf(Akka.Actor.Props.Create(() => new Gatherer(questions, combine, asker, patience)));
    }

    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PreStart()
    {
        Timers.StartSingleTimer("patience", TimeIsUp.Instance, _patience);
        foreach (var question in _questions) question.Part.Tell(question.Message);
        if (_questions.Count == 0) Finish();
    }

    protected override void OnReceive(object message)
    {
        if (message is TimeIsUp)
        {
            var silent = _questions.Where((_, i) => _answers[i] is null).Select(q => q.Part.Path.Name);
            _asker.Tell(new RequestRefused(RequestFailure.Unavailable, $"no answer from {string.Join(", ", silent)}"));
            Context.Stop(Self);
            return;
        }

        for (var i = 0; i < _questions.Count; i++)
        {
            if (!_questions[i].Part.Equals(Sender) || _answers[i] is not null) continue;
            _answers[i] = message;
            if (_answers.All(answer => answer is not null)) Finish();
            return;
        }
    }

    private void Finish()
    {
        _asker.Tell(_combine(_answers!));
        Context.Stop(Self);
    }

    internal sealed record Question(IActorRef Part, object Message);

    private sealed class TimeIsUp
    {
        public static readonly TimeIsUp Instance = new();
    }
}
