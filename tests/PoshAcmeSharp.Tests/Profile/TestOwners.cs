using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>A machine where all files belong to bob, and somebody else is at work.</summary>
internal sealed class TestOwners : IFileOwners
{
    public FileOwner Current { get; init; } = new("uid 1002", "svc");

    /// <summary>Whether access lists let everybody read.</summary>
    public bool IsOpen { get; init; }

    public FileOwner? Find(string path) => File.Exists(path) || Directory.Exists(path) ? new FileOwner("uid 1001", "bob") : null;

    public bool IsReadableByAll(string path) => IsOpen;
}
