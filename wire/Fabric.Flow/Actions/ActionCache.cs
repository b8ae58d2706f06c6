namespace Fabric.Flow;

/// <summary>
/// What was made of lists of actions lately, so that the many flows that do the same share one: flows differ in what they match much more
/// than in what they do. Of lists that fall into the same place the later one stays.
/// </summary>
/// <param name="make">Of a list that is not known; equal lists may be given the same.</param>
public sealed class ActionCache<T>(Func<DatapathActions, T> make)
{
    private const int Size = 256;

    private readonly (DatapathActions? Source, T Made)[] _places = new (DatapathActions?, T)[Size];

    public T Get(DatapathActions actions)
    {
        ref var place = ref _places[actions.GetHashCode() & (Size - 1)];
        if (place.Source is not { } known || !known.Equals(actions)) place = (actions, make(actions));
        return place.Made;
    }
}
