namespace Fabric.Interop.Tests.Translation;

/// <summary>The daemon under test is gone.</summary>
internal sealed class SwitchEndedException(string message) : Exception(message);
