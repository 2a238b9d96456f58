using System.Management.Automation;

namespace PoshAcmeSharp.Tests.Build;

/// <summary>A colour of the sample.</summary>
public enum SampleColour
{
    /// <summary>Red.</summary>
    Red,

    /// <summary>Blue.</summary>
    Blue,
}

/// <summary>What the sample commands share.</summary>
public abstract class SampleBase : PSCmdlet
{
    /// <summary>Goes on without a question.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }
}

/// <summary>Makes a <c>sample</c>.</summary>
/// <remarks>
/// <para>It is used with <see cref="GetSampleCommand"/> and
/// with <see cref="Domain"/>.</para>
/// <para>Second paragraph:</para>
/// <list type="bullet">
/// <item>one &amp; only</item>
/// </list>
/// </remarks>
/// <example>
/// <code>
/// $names = 'a.test',
///     'b.test'
/// New-Sample $names
/// </code>
/// <para>Makes a sample for two names.</para>
/// </example>
/// <example>
/// <code>New-Sample a.test -Colour Red -WhatIf</code>
/// <para>Shows what would happen.</para>
/// </example>
/// <seealso cref="GetSampleCommand"/>
/// <seealso href="https://example.com/guide">The guide</seealso>
[Cmdlet(VerbsCommon.New, "Sample", DefaultParameterSetName = "Names", SupportsShouldProcess = true)]
[Alias("nsam")]
[OutputType("Sample.Thing")]
public sealed class NewSampleCommand : SampleBase
{
    /// <summary>The names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Names")]
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = "File")]
    [Alias("Name", "dn")]
    public string[] Domain { get; set; } = [];

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "File")]
    public string? Path { get; set; }

    /// <summary>The colour.</summary>
    [Parameter]
    [PSDefaultValue(Value = SampleColour.Blue, Help = "Blue")]
    public SampleColour? Colour { get; set; }

    /// <summary>The strength.</summary>
    [Parameter]
    [ValidateSet("low", "high")]
    public string? Strength { get; set; }

    /// <summary>Of no use to anyone.</summary>
    [Parameter(DontShow = true)]
    public string? Hidden { get; set; }

    /// <summary>Not a parameter.</summary>
    public string? Other { get; set; }
}

/// <summary>Gets samples.</summary>
[Cmdlet(VerbsCommon.Get, "Sample")]
public sealed class GetSampleCommand : SampleBase
{
#pragma warning disable CS1591
    [Parameter]
    public string? Undocumented { get; set; }
#pragma warning restore CS1591
}
