namespace Fabric.Interop.Tests;

[CollectionDefinition(Name)]
public sealed class QuickstartCollection : ICollectionFixture<QuickstartFabric>
{
    public const string Name = "quickstart";
}
