namespace Fabric.Topology;

/// <summary>A name in which <c>*</c> stands for any characters, none included.</summary>
public static class NamePattern
{
    public static bool Matches(string pattern, string name)
    {
        // Greedy with one step back: a star once passed need never be reconsidered, so the time is at most pattern x name.
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }
}
