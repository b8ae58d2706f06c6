using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// Programs made lately, so that the many flows that do the same share one: flows differ in what they match much more than in what they do.
/// Of lists that fall into the same place the later one stays.
/// </summary>
public sealed class ProgramCache
{
    private const int Size = 256;

    private readonly ActionProgram[] _programs = new ActionProgram[Size];

    public ProgramCache() => Array.Fill(_programs, ActionProgram.Drop);

    public ActionProgram Get(DatapathActions actions)
    {
        ref var program = ref _programs[actions.GetHashCode() & (Size - 1)];
        if (!program.Source.Equals(actions)) program = ActionProgram.Compile(actions);
        return program;
    }
}
