namespace Fabric.Tidy.Tests;

/// <summary>The rules of the house, applied to the house.</summary>
public sealed class RepositoryTests
{
    [Fact]
    public void Projects_reference_only_along_the_arrows() =>
        Holds(Repository.Files.Where(f => f.IsProject).SelectMany(ArrowRule.Violations));

    [Fact]
    public void No_file_is_too_long() => Holds(Repository.CSharp.SelectMany(SizeRule.FileViolations));

    [Fact]
    public void Files_are_short_on_the_whole() => Holds(SizeRule.DistributionViolations(Repository.CSharp));

    [Fact]
    public void No_member_is_too_long() => Holds(Repository.CSharp.SelectMany(SizeRule.MemberViolations));

    [Fact]
    public void No_line_is_too_wide() => Holds(Repository.CSharp.SelectMany(SizeRule.ColumnViolations));

    [Fact]
    public void A_file_has_one_public_type() => Holds(Repository.CSharp.SelectMany(PublicTypeRule.Violations));

    [Fact]
    public void Names_say_something() => Holds(Repository.CSharp.SelectMany(WordRule.NameViolations));

    [Fact]
    public void Nothing_is_left_for_later() => Holds(Repository.Files.SelectMany(WordRule.UnfinishedViolations));

    [Fact]
    public void Actors_do_not_wait() => Holds(Repository.CSharp.SelectMany(WordRule.WaitingViolations));

    [Fact]
    public void No_file_names_a_place_on_one_machine() => Holds(Repository.Files.SelectMany(WordRule.MachineViolations));

    [Fact]
    public void Every_project_is_in_the_solution_with_its_lock_file() => Holds(SolutionRule.Violations(Repository.Files));

    [Fact]
    public void Links_between_pages_lead_somewhere() => Holds(Pages.SelectMany(p =>
        PageRule.LinkViolations(p, l => Path.Exists(Path.Combine(Repository.Root, l)))));

    [Fact]
    public void The_members_that_pages_name_exist() => Holds(Pages.SelectMany(p =>
        PageRule.MemberViolations(p, [.. Repository.CSharp])));

    [Fact]
    public void The_walk_finds_the_repository()
    {
        Assert.Contains(Repository.Files, f => f.Path == "wire/Fabric.Wire/Frame.cs");
        Assert.Contains(Repository.Files, f => f.Path == "test");
        Assert.Contains(Repository.Files, f => f.Path == ".ci/run");
        Assert.DoesNotContain(Repository.Files, f => f.Path.Contains("/obj/", StringComparison.Ordinal));
    }

    private static IEnumerable<SourceFile> Pages => Repository.Files.Where(f => f.Path.EndsWith(".md", StringComparison.Ordinal));

    private static void Holds(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, $"{found.Length} violations:\n{string.Join('\n', found)}");
    }
}
