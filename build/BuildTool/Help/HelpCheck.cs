namespace PoshAcmeSharp.Build.Help;

/// <summary>Finds what is missing in the help.</summary>
internal static class HelpCheck
{
    private const int LeastExamples = 2;

    /// <summary>Looks at cmdlets.</summary>
    /// <param name="cmdlets">The cmdlets.</param>
    /// <returns>One line for each thing that is missing.</returns>
    public static IEnumerable<string> Problems(IEnumerable<CmdletHelp> cmdlets) => cmdlets.SelectMany(Problems);

    private static IEnumerable<string> Problems(CmdletHelp cmdlet)
    {
        if (cmdlet.Synopsis.Length == 0)
        {
            yield return $"{cmdlet.Name} has no synopsis: write a <summary> on its class.";
        }

        if (cmdlet.Description.Count == 0)
        {
            yield return $"{cmdlet.Name} has no description: write <remarks> on its class.";
        }

        foreach (var parameter in cmdlet.Parameters.Where(p => p.Description.Count == 0))
        {
            yield return $"{cmdlet.Name} -{parameter.Name} has no text: write a <summary> on the property.";
        }

        if (cmdlet.Examples.Count(e => e.Code.Length > 0 && e.Remarks.Count > 0) < LeastExamples)
        {
            yield return $"{cmdlet.Name} has fewer than {LeastExamples} examples: write <example><code>…</code><para>…</para></example> on its class.";
        }

        if (cmdlet.Links.Count == 0)
        {
            yield return $"{cmdlet.Name} has no related link: write <seealso cref=\"…\"/> on its class.";
        }
    }
}
