namespace Fabric.Flow.Tests;

/// <summary>Texts that are almost right.</summary>
internal static class Mutation
{
    private const string Alphabet = "(),/=+-{}[]:.|% 0123456789abcdefxpklmnoqrstuvwyz_\0é";

    public static string Of(string text, Random random)
    {
        var characters = text.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && characters.Count > 0; changes--)
        {
            var at = random.Next(characters.Count);
            switch (random.Next(4))
            {
                case 0: characters.RemoveAt(at); break;
                case 1: characters.Insert(at, Alphabet[random.Next(Alphabet.Length)]); break;
                case 2: characters[at] = Alphabet[random.Next(Alphabet.Length)]; break;
                default: characters.RemoveRange(at, random.Next(characters.Count - at)); break;
            }
        }

        return string.Concat(characters);
    }
}
