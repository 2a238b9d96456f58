using System.Xml.Linq;
using PoshAcmeSharp.Build.Tests;
using Xunit;

namespace PoshAcmeSharp.Tests.Build;

public sealed class TestCountsTests
{
    [Fact]
    public void Results_of_dotnet_test_are_counted()
        => Assert.Equal(new TestCounts(2, 1, 1), TestCounts.Of(XDocument.Parse("""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>
                <UnitTestResult outcome="Passed" />
                <UnitTestResult outcome="Passed" />
                <UnitTestResult outcome="Failed" />
                <UnitTestResult outcome="NotExecuted" />
              </Results>
            </TestRun>
            """)));

    [Fact]
    public void Results_of_Pester_are_counted()
        => Assert.Equal(new TestCounts(1, 2, 1), TestCounts.Of(XDocument.Parse("""
            <test-results>
              <test-suite><results>
                <test-case result="Success" />
                <test-suite><results>
                  <test-case result="Failure" />
                  <test-case result="Error" />
                  <test-case result="Ignored" />
                </results></test-suite>
              </results></test-suite>
            </test-results>
            """)));

    [Fact]
    public void Skipped_tests_are_listed_with_their_reasons()
        => Assert.Equal(["Root_is_refused: Needs a user who is not root.", "Posh-ACME itself"], SkippedTests.Of(XDocument.Parse("""
            <results>
              <UnitTestResult testName="Passes" outcome="Passed" />
              <UnitTestResult testName="Root_is_refused" outcome="NotExecuted"><Output><ErrorInfo><Message>Needs a user who is not root.</Message></ErrorInfo></Output></UnitTestResult>
              <test-case name="Posh-ACME itself" result="Ignored" />
            </results>
            """)));

    [Fact]
    public void A_folder_without_results_counts_nothing()
        => Assert.Equal("0 passed, 0 failed, 0 skipped", TestCounts.OfFolder(Path.Combine(Path.GetTempPath(), "there-is-no-such-folder")).ToString());
}
