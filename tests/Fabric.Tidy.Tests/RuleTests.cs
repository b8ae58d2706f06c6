namespace Fabric.Tidy.Tests;

/// <summary>Each rule finds the violation planted for it, and only that.</summary>
public sealed class RuleTests
{
    private static SourceFile Code(string text, string path = "wire/Fabric.Wire/X.cs") => new(path, text);

    private static SourceFile Project(string name, string reference) =>
        new($"{name}/{name}.csproj", $"""<Project><ItemGroup>{reference}</ItemGroup></Project>""");

    [Theory]
    [InlineData("Fabric.Wire", "Fabric.Flow")]
    [InlineData("Fabric.Agent", "Fabric.Datapath")]
    [InlineData("Fabric.Underlay", "Fabric.Flow")]
    [InlineData("Fabric.Topology", "Fabric.Wire")]
    [InlineData("Fabric.Actors.Protocol", "Fabric.Nic")]
    [InlineData("Fabric.Actors", "Fabric.Cluster")]
    [InlineData("Fabric.Datapath", "Fabric.Nic")]
    [InlineData("Fabric.Nic.Tests", "Fabric.Flow.Tests")]
    public void An_arrow_against_the_architecture_is_found(string from, string to) =>
        Assert.Single(ArrowRule.Violations(Project(from, $"""<ProjectReference Include="../../x/{to}/{to}.csproj" />""")));

    [Theory]
    [InlineData("Fabric.Nic", "Fabric.Datapath")]
    [InlineData("Fabric.Nic", "Fabric.Wire")]
    [InlineData("Fabric.Cli", "Fabric.Topology")]
    [InlineData("Fabric.Wire.Tests", "Fabric.Nic")]
    public void An_arrow_of_the_architecture_is_allowed(string from, string to) =>
        Assert.Empty(ArrowRule.Violations(Project(from, $"""<ProjectReference Include="../../x/{to}/{to}.csproj" />""")));

    [Fact]
    public void A_package_in_an_engine_and_an_unknown_project_are_found()
    {
        Assert.Single(ArrowRule.Violations(Project("Fabric.Flow", """<PackageReference Include="Akka" />""")));
        Assert.Empty(ArrowRule.Violations(Project("Fabric.Topology", """<PackageReference Include="YamlDotNet" />""")));
        Assert.Single(ArrowRule.Violations(Project("Fabric.Other", "")));
    }

    [Fact]
    public void A_long_file_is_found()
    {
        Assert.Empty(SizeRule.FileViolations(Code(new string('\n', 499) + "x\n")));
        Assert.Single(SizeRule.FileViolations(Code(new string('\n', 500) + "x\n")));
    }

    [Fact]
    public void Long_files_on_the_whole_are_found()
    {
        var shortOnes = Enumerable.Repeat(Code("x"), 9);
        var longOnes = Enumerable.Repeat(Code(new string('\n', 360) + "x"), 9);
        Assert.Empty(SizeRule.DistributionViolations(shortOnes));
        Assert.Equal(2, SizeRule.DistributionViolations(longOnes).Count());
        Assert.Single(SizeRule.DistributionViolations(shortOnes.Concat(longOnes.Take(2))));
    }

    [Theory]
    [InlineData("void F()\n{", "}", 1)]
    [InlineData("int P\n{\nget {", "}\n}", 1)]
    [InlineData("int F(int x) => x switch\n{", "};", 1)]
    [InlineData("static bool operator ==(X a, X b)\n{", "}", 1)]
    [InlineData("private static readonly int[] Table =\n{", "};", 0)]
    public void A_long_member_is_found_and_a_long_table_is_not(string head, string tail, int count)
    {
        string Member(int lines) => $"namespace N;\n[A(typeof(B))]\npublic class X\n{{\n{head}{new string('\n', lines)}{tail}\n}}\n";
        Assert.Equal(count, SizeRule.MemberViolations(Code(Member(75))).Count());
        Assert.Empty(SizeRule.MemberViolations(Code(Member(60))));
    }

    [Fact]
    public void A_wide_line_is_found()
    {
        Assert.Equal(["wire/Fabric.Wire/X.cs:2: 141 columns, more than 140"],
            SizeRule.ColumnViolations(Code("x\n" + new string('x', 141))));
        Assert.Empty(SizeRule.ColumnViolations(Code(new string('x', 140))));
    }

    [Theory]
    [InlineData("public class A { }\npublic enum B { C }")]
    [InlineData("namespace N;\npublic sealed record A(int X);\npublic readonly record struct B(int Y);")]
    [InlineData("namespace N { [Flags] public enum A { B }\npublic delegate void C(int x); }")]
    public void A_second_public_type_is_found(string text) => Assert.Single(PublicTypeRule.Violations(Code(text)));

    [Theory]
    [InlineData("public class A { public enum B { C } }\ninternal class D { }")]
    [InlineData("public struct A { }\npublic struct A<T> { }")]
    [InlineData("/* public class B { } */ public class A { string s = \"public class C { }\"; char c = '{'; }")]
    [InlineData("public class A { string s = $\"{(x ? \"}\" : \"{\")} public class B { }\"; } ")]
    [InlineData("public class A { string s = \"\"\"\n } public class B { \" \n\"\"\"; void F<T>() where T : class { } }")]
    [InlineData("public class A { string s = @\"\\\"; } // public class B { }")]
    public void One_public_type_is_found_to_be_one(string text) => Assert.Empty(PublicTypeRule.Violations(Code(text)));

    [Fact]
    public void A_stranger_in_a_closed_set_is_found()
    {
        const string Set = "public abstract record A;\npublic sealed record B(int X) : A;\n";
        Assert.Empty(PublicTypeRule.Violations(Code(Set), isClosedSet: true));
        Assert.Single(PublicTypeRule.Violations(Code(Set), isClosedSet: false));
        Assert.Single(PublicTypeRule.Violations(Code(Set + "public enum C { D }"), isClosedSet: true));
    }

    [Theory]
    [InlineData("class FlowManager { }", 1)]
    [InlineData("static class TextUtils { }", 1)]
    [InlineData("abstract class BaseActor { }", 1)]
    [InlineData("class Database { }", 0)]
    [InlineData("class Implicit { }", 0)]
    public void An_empty_name_is_found(string text, int count) => Assert.Equal(count, WordRule.NameViolations(Code(text)).Count());

    [Fact]
    public void Unfinished_work_is_found()
    {
        Assert.Single(WordRule.UnfinishedViolations(Code("// TO" + "DO later")));
        Assert.Single(WordRule.UnfinishedViolations(Code("throw new NotImplemented" + "Exception();")));
        Assert.Single(WordRule.UnfinishedViolations(Code("[Fact(Skip" + " = \"later\")]")));
        Assert.Empty(WordRule.UnfinishedViolations(Code("// done")));
    }

    [Fact]
    public void A_waiting_actor_is_found()
    {
        string wait = "Thread." + "Sleep(1);";
        Assert.Single(WordRule.WaitingViolations(Code(wait, "actors/Fabric.Actors/X.cs")));
        Assert.Empty(WordRule.WaitingViolations(Code(wait, "tests/X.cs")));
    }

    [Fact]
    public void A_place_on_one_machine_is_found()
    {
        Assert.Single(WordRule.MachineViolations(Code("see /ho" + "me/me/notes")));
        Assert.Single(WordRule.MachineViolations(Code("<add value=\"https://x/v3/index" + ".json\" />")));
        Assert.Empty(WordRule.MachineViolations(Code("/var/run/openvswitch")));
    }

    [Fact]
    public void A_project_outside_the_solution_without_lock_or_with_a_version_is_found()
    {
        var project = new SourceFile("a/A/A.csproj", """<PackageReference Include="X" Version="1" />""");
        Assert.Equal(["Fabric.sln is missing"], SolutionRule.Violations([project]));
        Assert.Equal(3, SolutionRule.Violations([new SourceFile("Fabric.sln", ""), project]).Count());

        var good = new SourceFile("a/A/A.csproj", """<PackageReference Include="X" />""");
        var solution = new SourceFile("Fabric.sln", """Project("{}") = "A", "a\A\A.csproj", "{}" """);
        Assert.Empty(SolutionRule.Violations([solution, good, new SourceFile("a/A/packages.lock.json", "{}")]));
    }

    [Fact]
    public void A_dead_link_and_a_member_that_is_gone_are_found()
    {
        var page = new SourceFile("docs/x.md", "[a](a.md) [b](../b.md#part) [c](https://example.org) `Nic.Send` `Nic.Gone` `x.y`");
        Assert.Equal(["docs/x.md: nothing is at a.md"], PageRule.LinkViolations(page, l => l == "docs/../b.md"));
        SourceFile[] code = [new("nic/Nic.cs", "class Nic { void Sender() { } }"), new("nic/Nic.Frames.cs", "void Send() { }")];
        Assert.Equal(["docs/x.md: there is no Nic.Gone"], PageRule.MemberViolations(page, code));
    }
}
