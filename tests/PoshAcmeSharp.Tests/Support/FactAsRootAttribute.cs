using Xunit;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>A test of what root does to files of other users; others cannot make such files.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactAsRootAttribute : FactAttribute
{
    public FactAsRootAttribute()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            Skip = "Only root can make files of other users.";
        }
    }
}
