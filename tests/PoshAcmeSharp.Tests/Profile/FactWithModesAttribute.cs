using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>A test of file modes; Windows has access lists instead.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithModesAttribute : FactAttribute
{
    public FactWithModesAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows has no file modes.";
        }
    }
}
