using PoshAcmeSharp.Deployment.Tasks;

namespace PoshAcmeSharp.Tests.Deployment.Tasks;

/// <summary>A task to register.</summary>
internal static class TestTask
{
    public static RenewalTaskDefinition Make(string program = "/usr/bin/pwsh", string name = "renew", int minute = 17) => new()
    {
        Name = name,
        Program = program,
        Script = new() { Module = "PoshAcmeSharp" },
        Schedule = new(3, minute),
        RandomDelay = TimeSpan.FromMinutes(30),
        TimeLimit = TimeSpan.FromHours(2),
    };
}
